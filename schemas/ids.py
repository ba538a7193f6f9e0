"""Ids of persons, regions, directives and batches. What could identify a person has a masked repr."""

import re
from dataclasses import dataclass, field
from typing import NewType, Self

from schemas.errors import ContractBroken, InvalidInput

DirectiveId = NewType("DirectiveId", str)
"""Stable name of a directive over all its versions, as ``inpres-8-2025``."""

BatchId = NewType("BatchId", str)
"""An agency's name for one publication, unique within that agency's manifests."""

_NIK = re.compile(r"[0-9]{16}")
_TOKEN = re.compile(r"[0-9a-f]{32}")
_REGION = re.compile(r"[1-9][0-9](\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")

PROVINCE_CHARS, REGENCY_CHARS, DISTRICT_CHARS, VILLAGE_CHARS = 2, 5, 8, 13
"""How long a Kemendagri code of each level is: 74, 74.71, 74.71.01, 74.71.01.1001."""

TOKEN_BYTES = 16
"""A token is one AES block."""


@dataclass(frozen=True, slots=True)
class Nik:
    """Nomor Induk Kependudukan: 16 digits, as text. Its digits appear only through ``reveal()``."""

    _digits: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read exactly 16 ASCII digits; raise ``ContractBroken`` INVALID_NIK without repeating them.

        What is no text raises ``InvalidInput``: a NIK that was a number has lost digits, or will.
        """
        if not isinstance(text, str):
            raise InvalidInput(
                f"a NIK is text of 16 digits, this is a value of type {type(text).__name__}",
                remedy="Read the column as text, never as a number.",
            )
        if not _NIK.fullmatch(text):
            raise ContractBroken("INVALID_NIK", f"a NIK has 16 digits, this text has {len(text)} characters")
        return cls(text)

    def reveal(self) -> str:
        """The 16 digits. Call only where the NIK itself is asked for, with a purpose."""
        return self._digits

    def __repr__(self) -> str:
        return "Nik(****************)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, order=True)
class PersonToken:
    """A person's pseudonym: one AES block, 16 bytes in memory, 32 lower-case hex characters on the wire."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != TOKEN_BYTES:
            raise ContractBroken("INVALID_KEY", f"a person token has {TOKEN_BYTES} bytes")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the wire form; raise ``ContractBroken`` for anything but 32 lower-case hex characters."""
        if not _TOKEN.fullmatch(text):
            raise ContractBroken("INVALID_KEY", "a person token is 32 lower-case hex characters")
        return cls(bytes.fromhex(text))

    @property
    def hex(self) -> str:
        """The wire form, which is also the Kafka key."""
        return self.raw.hex()

    def __repr__(self) -> str:
        return f"PersonToken({self.raw.hex()[:4]}…)"

    def __str__(self) -> str:
        return self.hex


@dataclass(frozen=True, slots=True, order=True)
class RegionCode:
    """A Kemendagri code, dotted: province 2, regency 5, district 8 or village 13 characters."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Check the form only; whether the region exists is the reference data's to say."""
        if not _REGION.fullmatch(text):
            raise ContractBroken(
                "UNKNOWN_REGION", "a Kemendagri code looks like 74, 74.71, 74.71.01 or 74.71.01.1001"
            )
        return cls(text)

    @classmethod
    def from_digits(cls, digits: int) -> Self:
        """The inverse of ``digits``."""
        plain = str(digits)
        parts = [plain[:2], plain[2:4], plain[4:6], plain[6:]]
        return cls.parse(".".join(part for part in parts if part))

    @property
    def digits(self) -> int:
        """The code without dots as a number: 2, 4, 6 or 10 digits, so levels never collide."""
        return int(self.text.replace(".", ""))

    @property
    def province(self) -> "RegionCode":
        return RegionCode(self.text[:PROVINCE_CHARS])

    @property
    def regency(self) -> "RegionCode":
        """The regency or city it lies in; raises ``ContractBroken`` for a province."""
        if len(self.text) < REGENCY_CHARS:
            raise ContractBroken("UNKNOWN_REGION", "a province has no single regency")
        return RegionCode(self.text[:REGENCY_CHARS])

    def contains(self, other: "RegionCode") -> bool:
        """Whether ``other`` is this region or lies in it."""
        return other.text == self.text or other.text.startswith(self.text + ".")

    def __str__(self) -> str:
        return self.text
