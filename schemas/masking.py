"""A last line of defence: what looks like a NIK is masked before it goes where none belongs."""

import re

MASK = "*" * 16

# 16 digits that are not part of a longer number or of a hex id. What an escape of Python, JSON or a URL ends
# with belongs to the escape and not to the number after it.
_ALONE = re.compile(
    r"(?:(?<![0-9a-f])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4})|(?<=\\[abf])|(?<=%[0-9A-Fa-f]{2}))"
    r"[0-9]{16}(?![0-9a-f])"
)
_DAYS = frozenset((*range(1, 32), *range(41, 72)))
"""Of the birth date: of women 40 is added."""
_MONTHS = range(1, 13)


def masked(text: str) -> str:
    """The text with 16 asterisks for each number that may be a NIK: six digits, a date of birth, a serial.

    Tokens, digests and other hex ids are left alone, and so are shorter and longer numbers.
    """
    return _ALONE.sub(_unless_no_date, text)


def _unless_no_date(found: re.Match[str]) -> str:
    digits = found[0]
    return MASK if int(digits[6:8]) in _DAYS and int(digits[8:10]) in _MONTHS else digits
