"""The console's side of the gateway put together."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter

import monitoring
from connectors.console import routes_files, routes_session
from connectors.console.files import Pages

_MONITORING = Path(monitoring.__file__).parent


def console_routes() -> Sequence[APIRouter]:
    """What the gateway serves beside its own routes."""
    pages = Pages(_MONITORING / "console", _MONITORING / "runbooks")
    return (routes_files.make(pages), routes_session.make())
