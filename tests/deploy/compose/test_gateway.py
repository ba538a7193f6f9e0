"""The view of the gateway: there when a sink has made it, and not before."""

import asyncio
from pathlib import Path

import pytest

from connectors.sql.sqlite import SqliteStore
from connectors.sql.url import Database
from deploy.compose.gateway import lock_folder
from deploy.compose.gateway_ledger import ledger_file
from deploy.compose.gateway_view import LateView, view_url
from deploy.settings import Settings
from schemas.errors import Refused


def test_a_view_that_comes_to_be_later(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    url = f"sqlite:///{tmp_path / 'view.sqlite'}"

    async def scene() -> None:
        late = LateView(view_url(settings))
        assert await late.get() is None
        store = SqliteStore(Database.parse(url))
        store.open()
        store.close()
        view = await late.get()
        assert view is not None
        assert view is await late.get()
        page = await view.page("74.71", "GAP", None, None, None, 10)
        assert (list(page.items), page.next) == ([], None)
        await late.close()

    asyncio.run(scene())


def test_where_it_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_SQL__URL", "postgresql://reader@db.example:5432/view")
    assert view_url(Settings(data_dir=tmp_path))() == "postgresql://reader@db.example:5432/view"


class Ids:
    """Topics with ids; unknown for the first few questions."""

    def __init__(self, suffix: str, unknown: int = 0) -> None:
        self._suffix, self._unknown = suffix, unknown

    def topic_id(self, topic: str) -> str:
        self._unknown -= 1
        if self._unknown >= 0:
            raise Refused("no such topic")
        return topic + self._suffix


def test_a_ledger_belongs_to_its_topics(tmp_path: Path) -> None:
    first = ledger_file(tmp_path, Ids("1", unknown=1))
    for name in (first.name, f"{first.name}-wal"):
        (tmp_path / name).touch()
    assert ledger_file(tmp_path, Ids("1")) == first
    assert first.exists()
    second = ledger_file(tmp_path, Ids("2"))
    assert second != first
    assert list(tmp_path.iterdir()) == []


def test_two_gateways_on_one_folder(tmp_path: Path) -> None:
    with lock_folder(tmp_path), pytest.raises(Refused, match="another gateway"):
        lock_folder(tmp_path)
    lock_folder(tmp_path).close()
