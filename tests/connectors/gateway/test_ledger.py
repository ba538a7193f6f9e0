"""The ledger: one commit for many, nothing of a work that failed, and what is forgotten when."""

import sqlite3
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from connectors.gateway.group_commit import GroupCommit
from connectors.gateway.ledger import (
    Addition,
    Begun,
    Busy,
    Clash,
    Entry,
    Ledger,
    hashed,
)
from connectors.gateway.ledger_rows import SCHEMA, Receipt, read_sent
from schemas.errors import InvalidInput, Retryable

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
_WAIT_S = 30.0


def entry(number: int, content: str = "x") -> Entry:
    return Entry(hashed("BPS", "source", str(number)), hashed(content))


class Play:
    """A ledger and its file; each call waits for its commit."""

    def __init__(self, folder: Path) -> None:
        self.store, self.ledger, self._receipts = GroupCommit(folder / "ledger.sqlite", SCHEMA), Ledger(), 0

    def begin(self, *entries: Entry, at: datetime = NOW) -> Any:
        self._receipts += 1
        name = f"{self._receipts:032x}"
        return self.do(lambda db: self.ledger.begin(db, "BPS", name, entries, at))

    def finish(self, begun: Begun, *additions: Addition) -> Receipt:
        found: Receipt = self.do(lambda db: self.ledger.finish(db, begun.number, "BPS", additions, NOW))
        return found

    def do(self, work: Any) -> Any:
        return self.store.submit(work).result(_WAIT_S)


@pytest.fixture
def play(tmp_path: Path) -> Any:
    made = Play(tmp_path)
    yield made
    made.store.close()


def addition(batch: str, *numbers: int) -> Addition:
    tokens = np.zeros((len(numbers), 16), np.uint8)
    tokens[:, 0] = numbers
    return Addition(batch, tokens, np.array(numbers, np.int64), None)


def test_taken_in_then_known(play: Play) -> None:
    begun = play.begin(entry(1), entry(2))
    assert begun.fresh == (0, 1)
    assert isinstance(play.begin(entry(2)), Busy)
    receipt = play.finish(begun, addition("b", 1, 2))
    assert play.begin(entry(1), entry(2)) == receipt
    assert play.begin(entry(3), entry(2, "y")) == Clash((1,))
    part = play.begin(entry(2), entry(3))
    assert part.fresh == (1,)
    sent = play.do(lambda db: read_sent(db, "b"))
    assert sent.count == 2


def test_what_a_crash_left_pending_is_taken_again_and_its_receipt_goes(play: Play) -> None:
    begun = play.begin(entry(1), entry(2))
    play.ledger = Ledger()  # as after a restart
    again = play.begin(entry(1), entry(2))
    assert (again.fresh, again.receipt == begun.receipt) == ((0, 1), False)
    receipt = play.finish(again)
    rows = play.do(lambda db: db.execute("SELECT receipt FROM request").fetchall())
    assert rows == [(receipt.receipt,)]


def test_a_pending_event_in_another_company(play: Play) -> None:
    play.begin(entry(1), entry(2))
    play.ledger = Ledger()
    other = play.begin(entry(2), entry(3))
    assert other.fresh == (0, 1)
    play.finish(other)
    first = play.begin(entry(1), entry(2))
    assert first.fresh == (0,), "what was taken in with another request is known"


def test_batches_add_up_over_requests(play: Play) -> None:
    for numbers in ((1, 2), (3,)):
        play.finish(play.begin(*map(entry, numbers)), addition("b", *numbers), addition("c", numbers[0]))
    together = addition("b", 3, 1, 2)
    sent = play.do(lambda db: read_sent(db, "b"))
    assert sent.count == 3
    assert sent == type(sent)().plus(together.tokens, together.versions)
    assert play.do(lambda db: read_sent(db, "unknown")) is None


def test_what_is_old_or_too_much_is_forgotten_but_not_what_is_being_sent(play: Play) -> None:
    play.finish(play.begin(entry(1), at=NOW - timedelta(hours=30)), addition("b", 1))
    play.begin(entry(2), at=NOW - timedelta(hours=30))
    play.finish(play.begin(entry(3), entry(4)))

    def forget(most: int, batches_before: datetime = NOW - timedelta(days=35)) -> Any:
        day = timedelta(hours=24)
        return play.do(lambda db: play.ledger.forget(db, NOW - day, most, batches_before))

    assert forget(100) == 1
    assert play.begin(entry(1)).fresh == (0,)
    assert isinstance(play.begin(entry(2)), Busy)
    assert isinstance(play.begin(entry(3), entry(4)), Receipt)
    assert forget(3) == 1
    assert play.begin(entry(3)).fresh == (0,)
    assert play.do(lambda db: read_sent(db, "b")) is not None
    forget(100, NOW + timedelta(days=1))
    assert play.do(lambda db: read_sent(db, "b")) is None


def test_many_share_one_commit_and_a_failure_is_its_own(play: Play) -> None:
    commits: list[str] = []
    play.do(lambda db: db.set_trace_callback(lambda said: commits.append(said) if said == "COMMIT" else None))
    commits.clear()
    hold, held = Event(), Event()

    def waits(_: sqlite3.Connection) -> None:
        held.set()
        hold.wait(_WAIT_S)

    def inserts(number: int, db: sqlite3.Connection) -> None:
        db.execute(f"INSERT INTO batch VALUES ('b{number}', 'BPS', 1, '0', '{{}}', 'x')")

    def fails(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO batch VALUES ('lost', 'BPS', 1, '0', '{}', 'x')")
        raise ValueError

    play.store.submit(waits)
    held.wait(_WAIT_S)
    works: list[Future[Any]] = [play.store.submit(partial(inserts, n)) for n in range(50)]
    failed = play.store.submit(fails)
    hold.set()
    for work in works:
        work.result(_WAIT_S)
    with pytest.raises(ValueError, match=r"^$"):
        failed.result(_WAIT_S)
    assert len(commits) == 2
    assert play.do(lambda db: db.execute("SELECT count(*) FROM batch").fetchone()) == (50,)


def test_a_disk_that_is_full_is_told_and_passes(play: Play) -> None:
    pages = play.do(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    play.do(lambda db: db.execute(f"PRAGMA max_page_count = {pages}").fetchall())
    with pytest.raises(Retryable, match="cannot be written"):
        play.begin(*(entry(n) for n in range(5000)))
    play.do(lambda db: db.execute("PRAGMA max_page_count = 100000").fetchall())
    assert isinstance(play.begin(*(entry(n) for n in range(5000))), Begun)


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"x" * 5000)
    with pytest.raises(InvalidInput, match="cannot be used"):
        GroupCommit(tmp_path / "ledger.sqlite", SCHEMA)
