"""Settings of the logs."""

from typing import Literal

from pydantic import Field

from deploy.settings_base import Section


class LogSettings(Section):
    """What every process writes to its log."""

    format: Literal["text", "json"] = Field(
        "text", description="`text`: lines for people. `json`: one JSON object a line, for programs."
    )
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="What is written. INFO: one line a decision; WARNING: only what needs somebody."
    )
