"""Questions put on a topic and answered on another: many wait at once for what one reader delivers."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from connectors.gateway.ports import Codec
from schemas.errors import ContractBroken
from schemas.events import Answer, Outcome
from schemas.names import HUB_ANSWERS, HUB_OUTCOMES

T = TypeVar("T")


class Waiting(Generic[T]):
    """Who waits for what, by the id of the question. ``deliver`` may come from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._asked: dict[str, asyncio.Future[T]] = {}

    async def answer(
        self, question: str, ask: Callable[[], None], within_s: float, again_s: float
    ) -> T | None:
        """Put a question, again every ``again_s`` seconds; ``None`` if nothing comes ``within_s``.

        ``again_s`` of infinity asks once. The first answer counts.
        """
        found: asyncio.Future[T] = self._loop.create_future()
        self._asked[question] = found
        end = self._loop.time() + within_s
        try:
            while (left := end - self._loop.time()) > 0:
                ask()
                done, _ = await asyncio.wait({found}, timeout=min(left, again_s))
                if done:
                    return found.result()
            return None
        finally:
            del self._asked[question]

    def deliver(self, question: str, answer: T) -> None:
        """An answer has come, perhaps to a question that nobody here has put."""
        if question in self._asked:
            self._loop.call_soon_threadsafe(self._settle, question, answer)

    def _settle(self, question: str, answer: T) -> None:
        found = self._asked.get(question)
        if found is not None and not found.done():
            found.set_result(answer)


def take_answers(waiting: Waiting[Answer], codec: Codec) -> Callable[[bytes, bytes | None], None]:
    """Delivers what comes on hub.answers."""

    def take(_: bytes, value: bytes | None) -> None:
        try:
            answer = Answer.from_record(codec.decode(HUB_ANSWERS, value or b""))
        except ContractBroken:
            return
        waiting.deliver(answer.lookup, answer)

    return take


def take_outcomes(waiting: Waiting[Outcome], codec: Codec) -> Callable[[bytes, bytes | None], None]:
    """Delivers what comes on hub.outcomes; the key is the id of the command."""

    def take(key: bytes, value: bytes | None) -> None:
        try:
            outcome = Outcome.from_record(codec.decode(HUB_OUTCOMES, value or b""))
        except ContractBroken:
            return
        waiting.deliver(key.decode("utf-8", "replace"), outcome)

    return take
