"""What a loader knows beside the file: how a NIK becomes a token, which regions there are, what day it is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.files.chunks import Reject
from connectors.files.columns import Columns, Mask, is_null
from schemas.errors import ContractBroken, InvalidInput

INVALID_NIK = "INVALID_NIK"
_NIK = r"^[0-9]{16}$"
_TOKEN = r"^[0-9a-f]{32}$"
KEY_FIELDS = ("nik", "token")


@dataclass(frozen=True)
class Edge:
    """``tokenise`` gives (n, 16) for NIKs; ``resolve_region`` the code in force, or ``ContractBroken``.

    ``now`` decides what lies in the future; the hub decides again by its broker's clock.
    """

    tokenise: Callable[[Sequence[str]], NDArray[np.uint8]]
    resolve_region: Callable[[str], str]
    now: datetime


@dataclass(frozen=True)
class Parsed:
    """What became of a chunk: records ready to send, and the rows that are not.

    ``tokens`` (m, 16) and ``rows`` have one entry a record; a record may come of several rows.
    """

    tokens: NDArray[np.uint8]
    rows: pa.RecordBatch
    rejects: list[Reject]


def check_fields(present: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> None:
    """Raise ``InvalidInput`` for a missing, doubled or unknown column, all of them at once."""
    keys = [name for name in KEY_FIELDS if name in present]
    faults = [f"column {name} is missing" for name in required if name not in present]
    if len(keys) != 1:
        faults.append("one of the columns nik and token is needed" if not keys else "nik and token: only one")
    known = {*required, *optional, *KEY_FIELDS}
    faults += [f"column {name} is unknown" for name in present if name not in known]
    if faults:
        raise InvalidInput(
            "the columns do not fit: " + "; ".join(faults),
            remedy=f"Needed: nik or token, {', '.join(required)}. Optional: {', '.join(optional)}.",
        )


def key_name(columns: Columns) -> str:
    """Which of the key columns the file has."""
    return next(name for name in KEY_FIELDS if name in columns.chunk.columns)


def check_keys(columns: Columns) -> None:
    """A NIK has 16 digits, a token 32 lower-case hex characters."""
    name = key_name(columns)
    texts = columns.text(name)
    pattern, reason, form = (
        (_NIK, INVALID_NIK, "16 digits")
        if name == "nik"
        else (_TOKEN, "INVALID_KEY", "32 lower-case hex characters")
    )
    fine = pa.compute.fill_null(pa.compute.match_substring_regex(texts, pattern), False)
    wrong: Mask = ~fine.to_numpy(zero_copy_only=False)
    columns.blame(wrong & ~is_null(texts), reason, f"{name} must have {form}")


def tokens_of(columns: Columns, rows: pa.Array, edge: Edge) -> NDArray[np.uint8]:
    """The tokens of the rows numbered ``rows``, all of which have a good key."""
    name = key_name(columns)
    texts = columns.text(name).take(rows)
    if name == "nik":
        return edge.tokenise(texts.to_pylist())
    return np.frombuffer(bytes.fromhex("".join(texts.to_pylist())), np.uint8).reshape(-1, 16)


def person_reference(edge: Edge) -> Callable[[str], str]:
    """Reads a NIK or a token that stands for another person; gives the token's text."""

    def read(text: str) -> str:
        if re.fullmatch(_TOKEN, text):
            return text
        if re.fullmatch(_NIK, text):
            return edge.tokenise([text]).tobytes().hex()
        raise ContractBroken("INVALID_REPLACED_BY", "neither a NIK nor a token")

    return read
