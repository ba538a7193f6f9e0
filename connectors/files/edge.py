"""What a loader knows beside the file: how a NIK becomes a token, which regions there are, what day it is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.files.chunks import Reject
from connectors.files.columns import Columns, Mask, is_null, matches
from connectors.files.reading import AS_IT_STANDS, Reading
from connectors.files.vocabulary import KEY_FIELDS, SPREADSHEET
from schemas.errors import ContractBroken

INVALID_NIK = "INVALID_NIK"
_NIK = r"^[0-9]{16}$"
_TOKEN = r"^[0-9a-f]{32}$"
_MANGLED = r"^[0-9]([.,][0-9]+)?[eE]\+?[0-9]{2}$|^[0-9]{16}[.,]0*$|^[0-9]{1,3}([.,][0-9]{3}){5}$"
"""1.47E+15, with a point and zeros behind, in groups of thousands."""
_QUOTED = r"^['‘’`]"


@dataclass(frozen=True)
class Edge:
    """``tokenise`` gives (n, 16) for NIKs; ``resolve_region`` the code in force, or ``ContractBroken``.

    ``now`` decides what lies in the future; the hub decides again by its broker's clock. ``reading`` says how
    the file's values are meant.
    """

    tokenise: Callable[[Sequence[str] | pa.StringArray], NDArray[np.uint8]]
    resolve_region: Callable[[str], str]
    now: datetime
    reading: Reading = AS_IT_STANDS


@dataclass(frozen=True)
class Parsed:
    """What became of a chunk: records ready to send, and the rows that are not.

    ``tokens`` (m, 16) and ``rows`` have one entry a record; a record may come of several rows.
    """

    tokens: NDArray[np.uint8]
    rows: pa.RecordBatch
    rejects: list[Reject]


def key_name(columns: Columns) -> str:
    """Which of the key columns the file has."""
    return next(name for name in KEY_FIELDS if name in columns.chunk.columns)


def check_keys(columns: Columns) -> None:
    """A NIK has 16 digits, a token 32 lower-case hex characters."""
    name = key_name(columns)
    texts = columns.text(name)
    wrong: Mask = ~matches(texts, _NIK if name == "nik" else _TOKEN) & ~is_null(texts)
    if not wrong.any():
        return
    if name == "token":
        columns.blame(wrong, "INVALID_KEY", "token must have 32 lower-case hex characters")
        return
    columns.blame(wrong & matches(texts, _MANGLED), INVALID_NIK, SPREADSHEET)
    quoted = "an apostrophe of a spreadsheet stands before the NIK; export the column as text without it"
    columns.blame(wrong & matches(texts, _QUOTED), INVALID_NIK, quoted)
    columns.blame(wrong, INVALID_NIK, "nik must have 16 digits")


def tokens_of(columns: Columns, rows: pa.Array, edge: Edge) -> NDArray[np.uint8]:
    """The tokens of the rows numbered ``rows``, all of which have a good key."""
    name = key_name(columns)
    texts = columns.text(name).take(rows)
    if name == "nik":
        return edge.tokenise(texts)
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
