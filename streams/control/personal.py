"""A last look for personal numbers where only an office or a reason belongs."""

import re

# A NIK and a No. KK both have 16 digits; nothing an operator writes about a decision has.
_PERSONAL_NUMBER = re.compile(r"(?<![0-9])[0-9]{16}(?![0-9])")


def text_faults(field: str, text: str) -> list[str]:
    """What is wrong with a free text that says who acts, or why; the text itself is not repeated."""
    if not text.strip():
        return [f"{field}: must not be empty"]
    if _PERSONAL_NUMBER.search(text):
        return [f"{field}: holds a number of 16 digits; name an office, a role or a regulation instead"]
    return []
