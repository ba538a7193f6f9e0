"""How a file's values are meant, beyond what the fields themselves say: value maps and forms of dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.files.forms import ISO_DAY

TIME = "TIME"
"""The form of a membership's ``version`` that is a moment (ISO 8601), not a count of microseconds."""


@dataclass(frozen=True)
class Reading:
    """``values`` translate a field's text, ``None`` being no value; a text that is not there is a fault.

    ``forms`` are those a field's days may have; without one it is 2025-04-30.
    """

    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def days(self, name: str) -> tuple[str, ...]:
        """The forms of a field's days."""
        return self.forms.get(name, (ISO_DAY,))

    def is_time(self, name: str) -> bool:
        """Whether a count of microseconds is written as a moment."""
        return TIME in self.forms.get(name, ())


AS_IT_STANDS = Reading()
"""For files that speak as the topics do."""
