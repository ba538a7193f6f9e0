"""One writer, versions of the tables, and what is said of a database that cannot be used."""

import asyncio
from pathlib import Path

import pytest

from connectors.sql.errors import DatabaseAway
from connectors.sql.migrate import migrations
from connectors.sql.postgres import PostgresStore
from connectors.sql.sqlite import SqliteStore
from connectors.sql.url import Database
from connectors.sql.view import CoverageView
from schemas.errors import InvalidInput, JangkauError, Refused, Retryable
from tests.connectors.sql.cluster import OWNER, PASSWORD, PostgresCluster, running_cluster
from tests.connectors.sql.conftest import Place
from tests.connectors.sql.sinks import fill, make_sink
from tests.connectors.sql.states import CoverageTopics, gap, state, token


def test_two_sinks_on_one_database_do_not_both_write(place: Place) -> None:
    first, second = place.store(), place.store()
    first.open()
    with pytest.raises(Refused, match="another sink writes to") as refused:
        second.open()
    second.close()
    assert refused.value.remedy
    assert PASSWORD not in str(refused.value)
    first.close()
    second.open()
    second.close()


def test_tables_are_made_once_and_their_versions_are_kept(place: Place) -> None:
    for _ in range(2):
        store = place.store()
        assert store.open() == {}
        store.close()
    known = [(step.version, step.name) for step in migrations(Database.parse(place.url).dialect)]
    assert place.fetch("SELECT version, name FROM schema_migration ORDER BY version") == known


def test_tables_of_a_newer_release_are_refused(place: Place) -> None:
    store = place.store()
    store.open()
    store.close()
    place.run("INSERT INTO schema_migration VALUES (900, 'of_tomorrow', '2030-01-01')")
    for attempt in (lambda: place.store().open(), lambda: asyncio.run(CoverageView.open(place.url))):
        with pytest.raises(Refused, match="the tables are of version 900") as refused:
            attempt()
        assert "newer release" in (refused.value.remedy or "")


def test_a_constraint_that_does_not_hold_stops_the_sink(place: Place) -> None:
    store = place.store()
    store.open()
    store.close()
    if place.dialect == "postgresql":
        place.run("ALTER TABLE coverage_person ADD CHECK (status <> 'GAP')")
    else:
        place.run(
            "CREATE TRIGGER no_gaps BEFORE INSERT ON coverage_person WHEN NEW.status = 'GAP' "
            "BEGIN SELECT raise(ABORT, 'no'); END"
        )
    topics = CoverageTopics()
    topics.person(token(1), state(1, gap()))
    with pytest.raises(Refused, match="refuses a row") as refused:
        fill(topics, place.store())
    assert token(1)[:8] not in str(refused.value)
    assert place.fetch("SELECT count(*) FROM coverage_person_history") == [(0,)]
    assert place.fetch("SELECT count(*) FROM sink_position WHERE next_offset > 0") == [(0,)]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x/y", "not one of a database"),
        ("postgresql://host", "not one of a database"),
        ("postgresql://u:hidden@host:port/x", "cannot be read"),
        ("sqlite:///", "names no file"),
        ("view.sqlite", "not one of a database"),
    ],
)
def test_a_url_that_is_none(url: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as wrong:
        Database.parse(url)
    assert "hidden" not in str(wrong.value)


def test_a_password_is_never_shown() -> None:
    database = Database.parse("postgresql://u:hidden@host:5433/view?password=hidden")
    assert "hidden" not in f"{database} {database!r} {database.shown}"
    assert database.shown == "postgresql view on host:5433"


def _opening(url: str) -> JangkauError:
    store = PostgresStore(Database.parse(url))
    with pytest.raises(JangkauError) as wrong:
        store.open()
    store.close()
    return wrong.value


def test_wrong_password_and_missing_database_are_said_at_the_start(postgres: PostgresCluster) -> None:
    denied = _opening(postgres.url("postgres", password="wrong-one"))
    assert isinstance(denied, InvalidInput)
    assert "does not let us in" in str(denied)
    assert "wrong-one" not in f"{denied} {denied.remedy}"
    missing = _opening(postgres.url("nowhere"))
    assert isinstance(missing, InvalidInput)
    assert "createdb" in (missing.remedy or "")
    option = _opening(postgres.url("postgres") + "?sslmode=perhaps")
    assert isinstance(option, InvalidInput)


def test_a_server_that_is_away_is_waited_for(tmp_path: Path) -> None:
    with running_cluster() as cluster:
        url = cluster.database()
        cluster.stop()
        topics = CoverageTopics()
        topics.person(token(1), state(1, gap()))
        assert isinstance(_opening(url), DatabaseAway)
        sink = make_sink(topics, _StartsItself(url, cluster))
        sink.run(once=True)
        sink.close()
        assert Place(url).fetch("SELECT seq FROM coverage_person") == [(1,)]


class _StartsItself(PostgresStore):
    """The server comes back after the second attempt to open it."""

    def __init__(self, url: str, cluster: PostgresCluster) -> None:
        super().__init__(Database.parse(url))
        self._cluster, self._attempts = cluster, 0

    def open(self):  # type: ignore[no-untyped-def]
        self._attempts += 1
        if self._attempts == 3:
            self._cluster.start()
        return super().open()


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "text.sqlite").write_text(
        "This is not a database at all, it is a text of some length.\n" * 40
    )
    for path in ("file/view.sqlite", "text.sqlite"):
        store = SqliteStore(Database.parse(f"sqlite:///{tmp_path / path}"))
        with pytest.raises(InvalidInput, match="cannot be opened"):
            store.open()
        store.close()


def test_a_full_disk_stops_the_sink(tmp_path: Path) -> None:
    store = _SmallDisk(Database.parse(f"sqlite:///{tmp_path / 'view.sqlite'}"))
    topics = CoverageTopics()
    for number in range(2000):
        topics.person(token(number), state(1, gap()))
    with pytest.raises(Refused, match="has no room"):
        fill(topics, store)


class _SmallDisk(SqliteStore):
    def open(self):  # type: ignore[no-untyped-def]
        found = super().open()
        assert self._connection is not None
        self._connection.execute("PRAGMA max_page_count = 60")
        return found


def test_without_a_view_reading_says_so(place: Place) -> None:
    with pytest.raises(Retryable, match=r"not there yet|no view yet") as away:
        asyncio.run(CoverageView.open(place.url))
    assert "jangkau sink" in (away.value.remedy or "")


def test_the_owner_is_no_superuser(postgres: PostgresCluster) -> None:
    """What the sink needs: CREATE in a database it owns."""
    postgres.run("postgres", f"CREATE ROLE jangkau LOGIN PASSWORD '{PASSWORD}'")
    postgres.run("postgres", "CREATE DATABASE owned OWNER jangkau")
    url = postgres.url("owned", user="jangkau")
    topics = CoverageTopics()
    topics.person(token(1), state(1, gap()))
    fill(topics, Place(url).store())
    assert Place(url).fetch("SELECT seq FROM coverage_person") == [(1,)]
    postgres.run("postgres", f"GRANT CONNECT ON DATABASE owned TO {OWNER}")
    stranger = postgres.url("owned", user="stranger")
    postgres.run("postgres", f"CREATE ROLE stranger LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(Refused, match="may not do that"):
        asyncio.run(CoverageView.open(stranger))
