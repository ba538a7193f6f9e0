"""Which database a URL means. A URL may hold a password, so it is never shown: ``shown`` is."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from schemas.errors import InvalidInput

Dialect = Literal["postgresql", "sqlite"]

_SQLITE = "sqlite:///"
_FORMS = "it looks like postgresql://user@host:5432/name or sqlite:////folder/file.sqlite"


@dataclass(frozen=True, slots=True)
class Database:
    """A database. ``dsn`` is what the driver is given, ``shown`` what people are told."""

    dialect: Dialect
    shown: str
    dsn: str = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> "Database":
        """Read a URL; raises ``InvalidInput`` without repeating it."""
        if url.startswith(_SQLITE):
            path = url.removeprefix(_SQLITE)
            if not path or "?" in path:
                raise InvalidInput("the URL of the SQL view names no file", remedy=_FORMS)
            return cls("sqlite", f"sqlite {Path(path)}", path)
        try:
            parts = urlsplit(url)
            where = f"{parts.hostname or 'local socket'}{f':{parts.port}' if parts.port else ''}"
        except ValueError:
            raise InvalidInput("the URL of the SQL view cannot be read", remedy=_FORMS) from None
        name = parts.path.removeprefix("/")
        if parts.scheme not in ("postgresql", "postgres") or not name or "/" in name:
            raise InvalidInput("the URL of the SQL view is not one of a database", remedy=_FORMS)
        return cls("postgresql", f"postgresql {name} on {where}", url)
