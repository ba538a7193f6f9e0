"""docs/settings.md, made from the settings themselves."""

from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from deploy.settings import setting_names

DOCUMENT = Path(__file__).parents[1] / "docs" / "settings.md"
_HEAD = """\
# Settings

Every process reads its settings from the environment. This table is made from `deploy/settings.py`
(`make docs`); a test compares the two.

| variable | default | meaning |
|---|---|---|
"""


def settings_table() -> str:
    """The whole document: one row a variable, in the order of the code."""
    rows = (f"| `{name}` | {_default(field)} | {field.description} |\n" for name, field in setting_names())
    return _HEAD + "".join(rows)


def _default(field: FieldInfo) -> str:
    if field.default is None or field.default is PydanticUndefined:
        return "–"
    return f"`{field.default}`"


if __name__ == "__main__":
    DOCUMENT.write_text(settings_table())
