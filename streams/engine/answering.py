"""Which partitions still have to answer the preview that is asked, and which have gone past it."""

import logging
from collections.abc import Mapping

from streams.engine.control_log import ControlLog
from streams.engine.owned import Owned
from streams.engine.previews import Previews
from streams.engine.rules import Rules

log = logging.getLogger(__name__)


class PreviewDuty:
    """Answers for one partition a turn, because counting holds up the live facts; then control goes on."""

    def __init__(self, control: ControlLog, previews: Previews) -> None:
        self._control, self._previews = control, previews
        self._past: set[int] = set()
        """Partitions that came to us after the newest preview was asked: it has to be asked again."""

    @property
    def waits(self) -> bool:
        """Whether hub.control stands still at a preview."""
        return self._control.asked is not None

    def gained(self, number: int) -> None:
        """A partition is ours from now on."""
        if not self.waits and self._control.last_asked is not None:
            self._past.add(number)

    def dropped(self, number: int) -> None:
        """A partition is ours no longer."""
        self._past.discard(number)

    def turn(self, owned: Mapping[int, Owned], rules: Rules | None, control_offset: int, now_ms: int) -> None:
        """Answer what is due. Call only while all of memory is on the log."""
        if self._past:
            assert self._control.last_asked is not None, "nothing is past what was never asked"
            one = owned[self._past.pop()]
            self._previews.passed(one, self._control.last_asked, control_offset, now_ms)
            passed = {"preview": self._control.last_asked.preview, "partition": one.number}
            log.info("preview came too early for a partition", extra=passed)
        asked = self._control.asked
        if asked is None:
            return
        waiting = next((one for number, one in owned.items() if number not in asked.answered), None)
        if waiting is not None:
            self._previews.answer(waiting, asked.preview, rules, control_offset, now_ms)
            asked.answered.add(waiting.number)
        if owned.keys() <= asked.answered:
            if asked.answered:
                told = {"command": asked.command, "preview": asked.preview.preview}
                many = {"attempt": asked.preview.attempt, "answered": len(asked.answered)}
                log.info("preview answered", extra={**told, **many})
            self._control.go_on()
