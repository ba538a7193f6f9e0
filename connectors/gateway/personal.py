"""A last look for personal numbers where only an office, a name or a reason belongs."""

import re

from schemas.errors import ContractBroken
from schemas.ids import Nik, PersonToken
from schemas.tokens import Tokenizer

# A NIK and a No. KK both have 16 digits.
_IN_TEXT = re.compile(r"(?<![0-9])[0-9]{16}(?![0-9])")
# Ids are often hex digests, in which 16 digits come in a row by chance.
_AS_A_WORD = re.compile(r"(?<![0-9A-Za-z])[0-9]{16}(?![0-9A-Za-z])")
_SPREADSHEET = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}|[0-9]{13,16}[.,]0+")

NO_NUMBER = "holds a number of 16 digits; name an office, a case or a regulation instead"


def in_text(text: str) -> bool:
    """Whether a free text holds what may be a NIK."""
    return _IN_TEXT.search(text) is not None


def in_id(text: str) -> bool:
    """Whether an id is or has as one of its words what may be a NIK."""
    return _AS_A_WORD.search(text) is not None


def read_person(text: str, tokenizer: Tokenizer) -> PersonToken:
    """The token of a person given by NIK or token; raises ``ContractBroken`` without repeating it."""
    if len(text) == len("65dd8a8cbcb2c42ef7a292475637141f"):
        return PersonToken.parse(text)
    if _SPREADSHEET.fullmatch(text.strip()):
        raise ContractBroken(
            "INVALID_NIK", "a number as a spreadsheet writes it: its last digits are lost; keep NIKs as text"
        )
    try:
        return tokenizer.token(Nik.parse(text))
    except ContractBroken:
        raise ContractBroken(
            "INVALID_NIK", "neither a NIK (16 digits) nor a person token (32 lower-case hex characters)"
        ) from None
