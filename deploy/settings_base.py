"""What the sections of the settings are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Port = Annotated[int, Field(ge=0, le=65_535)]
Positive = Annotated[int, Field(gt=0)]


class Section(BaseModel):
    """One process's settings: fixed once read, and a name that is not there is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")
