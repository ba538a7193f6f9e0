"""The view in SQL, when there is one: looked for again until it is there."""

from collections.abc import Callable
from pathlib import Path

from connectors.gateway.ports import View
from connectors.sql.view import CoverageView
from deploy.settings import Settings


class LateView:
    """Opens the view at the first question after it has come to be; a sink may start after the gateway."""

    def __init__(self, url: Callable[[], str | None]) -> None:
        self._url = url
        self._view: CoverageView | None = None

    async def get(self) -> View | None:
        """The view, ``None`` if none is configured. Raises ``Retryable`` while its database is away."""
        if self._view is None and (url := self._url()) is not None:
            self._view = await CoverageView.open(url)
        return self._view

    async def close(self) -> None:
        """Release the connections."""
        if self._view is not None:
            await self._view.close()


def view_url(settings: Settings) -> Callable[[], str | None]:
    """Where the view is: as set, else the file the sink makes by default, if it is there."""
    default = settings.data_dir / "view.sqlite"

    def url() -> str | None:
        configured = settings.sql.url or settings.sql.url_file
        return settings.sql_url if configured or Path(default).exists() else None

    return url
