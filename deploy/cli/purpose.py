"""Whoever looks at one person's data states why."""

import getpass
import re

from schemas.errors import InvalidInput

_NIK_LIKE = re.compile(r"\d{16}")


def require_purpose(purpose: str) -> str:
    """The purpose without surrounding space. Raises ``InvalidInput`` (exit code 2) if there is none."""
    stated = purpose.strip()
    if not stated:
        raise InvalidInput(
            "tujuan wajib diisi / a purpose must be stated",
            remedy='give one, as --purpose "pengaduan peserta no. 123"',
        )
    _refuse_nik(stated)
    return stated


def asker(by: str | None) -> str:
    """Who asks: as given, else the account on this machine."""
    if by and by.strip():
        _refuse_nik(by)
        return by.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _refuse_nik(text: str) -> None:
    """The processing trail is a topic, and no topic holds a NIK."""
    if _NIK_LIKE.search(text):
        raise InvalidInput(
            "NIK tidak boleh ditulis di sini / this would put a NIK into the processing trail",
            remedy="name the case by its own number",
        )
