"""A control worker for tests of commands: it answers each command as it is written."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from deploy.compose.asking import Asker
from schemas.events import Command, Outcome, PreviewResult
from schemas.names import HUB_COMMANDS, HUB_OUTCOMES
from schemas.records import Outgoing
from tests.fakes.hub_topics import HubTopics
from tests.fakes.memory_log import MemoryPlainProducer

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def accepted(preview: PreviewResult | None = None) -> Outcome:
    """An answer that says yes."""
    return Outcome("ACCEPTED", (), ("0f" * 16,), NOW, preview)


def refused(*reasons: str) -> Outcome:
    """An answer that says no."""
    return Outcome("REFUSED", reasons, (), NOW)


class AnsweringControl(MemoryPlainProducer):
    """Answers what comes on hub.commands with what ``reply`` says; never, if that is ``None``."""

    def __init__(self, hub: HubTopics, reply: Callable[[Command], Outcome | None]) -> None:
        super().__init__(hub.broker)
        self._hub, self._reply = hub, reply
        self.commands: list[Command] = []

    def produce(self, records: Outgoing) -> None:
        super().produce(records)
        if records.target.topic != HUB_COMMANDS:
            return
        for key, value in zip(records.keys or [], records.values, strict=True):
            command = Command.from_record(self._hub.codec.decode(HUB_COMMANDS, value or b""))
            self.commands.append(command)
            if (answer := self._reply(command)) is not None and key is not None:
                self._hub.put(HUB_OUTCOMES, "another-command", refused("not this one"))
                self._hub.put(HUB_OUTCOMES, key.decode(), answer)


def asker_of(
    hub: HubTopics, reply: Callable[[Command], Outcome | None] = lambda _: accepted()
) -> tuple[Asker, AnsweringControl]:
    """An asker on topics in memory, and the control worker behind it; its clock moves a second a look."""
    control, seconds = AnsweringControl(hub, reply), _seconds()
    return Asker(hub.sources(), control, hub.codec, lambda: next(seconds)), control


def _seconds() -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += 1.0
