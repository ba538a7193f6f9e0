"""One SQLite file in a thread of its own; what waits at the same time shares one commit."""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from schemas.errors import InvalidInput, Retryable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]

_MOST_TOGETHER = 200
_CACHE_KB = 65_536


class GroupCommit:
    """Runs works in order, many to a commit; a work's future is done when its commit is on the disk.

    A work that raises changes nothing and its error goes to whoever waits for it; SQLite's own errors (a full
    disk) become ``Retryable``.
    """

    def __init__(self, path: Path, schema: str, name: str = "ledger") -> None:
        self._name = name
        self._queue: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            # An acknowledgement must outlive the machine, not only the process.
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            self._db.executescript(schema)
        except sqlite3.Error as error:
            raise InvalidInput(
                f"{path} cannot be used: {error}", remedy="move the file away: a new one is made"
            ) from None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Queue a work; returns at once."""
        done: Future[T] = Future()
        self._queue.put((work, done))
        return done

    def close(self) -> None:
        """Do what waits, then close the file."""
        self._queue.put(None)
        self._thread.join()
        self._db.close()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            together, ended = self._gather(first)
            self._commit(together)
            if ended:
                return

    def _gather(self, first: tuple[Work, Future[Any]]) -> tuple[list[tuple[Work, Future[Any]]], bool]:
        together = [first]
        while len(together) < _MOST_TOGETHER:
            try:
                each = self._queue.get_nowait()
            except queue.Empty:
                return together, False
            if each is None:
                return together, True
            together.append(each)
        return together, False

    def _commit(self, together: list[tuple[Work, Future[Any]]]) -> None:
        answers: list[tuple[Future[Any], Any, Exception | None]] = []
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for work, done in together:
                answers.append((done, *self._one(work)))
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            gone = Retryable(f"the {self._name} cannot be written: {error}", remedy="look at its disk")
            answers = [(done, None, gone) for _, done in together]
        for done, answer, fault in answers:
            if fault is None:
                done.set_result(answer)
            else:
                done.set_exception(fault)

    def _one(self, work: Work) -> tuple[Any, Exception | None]:
        self._db.execute("SAVEPOINT one")
        try:
            answer = work(self._db)
        except sqlite3.Error:
            raise
        except Exception as fault:
            self._db.execute("ROLLBACK TO one")
            return None, fault
        finally:
            if self._db.in_transaction:
                self._db.execute("RELEASE one")
        return answer, None
