"""The history of a person, from a view a sink has filled."""

from pathlib import Path

import pytest

from connectors.sql.sqlite import SqliteStore
from connectors.sql.url import Database
from deploy.query.history import read_history
from deploy.settings import Settings, SqlSettings
from deploy.view.explanation import lines
from deploy.view.history import history_sentences
from schemas.ids import PersonToken
from tests.connectors.sql.sinks import fill
from tests.connectors.sql.states import NOW, CoverageTopics, covered, gap, state, token

ANA = PersonToken.parse(token(1))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def _filled(settings: Settings) -> None:
    topics = CoverageTopics()
    moved = state(
        2, covered(), region="74.72", previous_region="74.71.01", change="CLOSED", causes=("MEMBERSHIP",)
    )
    topics.person(ANA.hex, state(1, gap("IN_ARREARS")), moved)
    fill(topics, SqliteStore(Database.parse(settings.sql_url)))


def test_where_no_sink_was_set_up_there_is_none(settings: Settings) -> None:
    assert read_history(settings, ANA) is None
    assert history_sentences(None) == []


def test_every_record_is_told_with_its_causes(settings: Settings) -> None:
    _filled(settings)
    history = read_history(settings, ANA)
    assert history is not None
    assert history.as_of == NOW
    assert [item.seq for item in history.items] == [1, 2]
    said = lines(history_sentences(history))
    assert said[0].startswith("Riwayat (tampilan SQL sampai ")
    assert said[2] == (
        "– ke-1, tanggal bisnis 30 Apr 2026: BELUM TERLINDUNGI (inpres-8-2025: iuran menunggak paling "
        "lama tiga bulan), menjadi belum terlindungi karena data DTSEN; wilayah 74.71.01."
    )
    assert said[5] == (
        "    – 2, business date 30 Apr 2026: covered, is no longer a gap because of membership data; "
        "region 74.72, before 74.71.01."
    )


def test_somebody_without_records(settings: Settings) -> None:
    _filled(settings)
    history = read_history(settings, PersonToken.parse(token(2)))
    assert history is not None
    assert "no record published yet" in history_sentences(history)[0].english


def test_a_view_that_is_away_is_said_and_does_not_fail(settings: Settings) -> None:
    away = settings.model_copy(update={"sql": SqlSettings(url="postgresql://u:hidden@127.0.0.1:1/view")})
    history = read_history(away, ANA)
    assert history is not None
    (only,) = history_sentences(history)
    assert "cannot be read: postgresql view on 127.0.0.1:1 is away" in only.english
    assert "hidden" not in f"{only}"


def test_the_url_file_must_not_be_readable_by_others(settings: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text(f"sqlite:///{tmp_path / 'view.sqlite'}\n")
    secret.chmod(0o644)
    by_file = settings.model_copy(update={"sql": SqlSettings(url_file=secret)})
    history = read_history(by_file, ANA)
    assert history is not None
    assert "can be read by others" in (history.problem or "")
    secret.chmod(0o600)
    _filled(by_file)
    again = read_history(by_file, ANA)
    assert again is not None
    assert len(again.items) == 2
