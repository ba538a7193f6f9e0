"""A person's history from the view in SQL, where there is one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.sql.view import CoverageView, HistoryItem
from deploy.settings import Settings
from schemas.errors import JangkauError
from schemas.ids import PersonToken


@dataclass(frozen=True, slots=True)
class History:
    """What was published about a person, oldest first. ``as_of``: everything published before then is in.

    ``problem`` says why it could not be read: an explanation does not fail for want of its history.
    """

    items: Sequence[HistoryItem] = ()
    as_of: datetime | None = None
    problem: str | None = None


def view_url(settings: Settings) -> str | None:
    """Where the view is: as set, else the file the sink makes by default, if it is there."""
    is_set = settings.sql.url or settings.sql.url_file
    return settings.sql_url if is_set or (settings.data_dir / "view.sqlite").exists() else None


def read_history(settings: Settings, token: PersonToken) -> History | None:
    """The history of a person; ``None`` if no sink has been set up here."""
    try:
        url = view_url(settings)
        return asyncio.run(_read(url, token)) if url else None
    except JangkauError as error:
        return History(problem=str(error))


async def _read(url: str, token: PersonToken) -> History:
    view = await CoverageView.open(url)
    try:
        return History(await view.history(token), await view.as_of())
    finally:
        await view.close()
