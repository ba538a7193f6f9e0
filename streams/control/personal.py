"""What names a person: no personal number where an office or a reason belongs, and tokens that are some."""

import re

from schemas.errors import ContractBroken
from schemas.ids import PersonToken

# A NIK and a No. KK both have 16 digits; nothing an operator writes about a decision has.
_PERSONAL_NUMBER = re.compile(r"(?<![0-9])[0-9]{16}(?![0-9])")


def text_faults(field: str, text: str) -> list[str]:
    """What is wrong with a free text that says who acts, or why; the text itself is not repeated."""
    if not text.strip():
        return [f"{field}: must not be empty"]
    if _PERSONAL_NUMBER.search(text):
        return [f"{field}: holds a number of 16 digits; name an office, a role or a regulation instead"]
    return []


def token_faults(field: str, text: str) -> list[str]:
    """What is wrong with the token of a person; the text itself is not repeated: it may be a NIK."""
    try:
        PersonToken.parse(text)
    except ContractBroken:
        return [f"{field}: is no person token: 32 lower-case hex characters, never a NIK"]
    return []
