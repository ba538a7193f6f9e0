"""Which records of quarantine are sent again or discarded, and what is said of those that cannot be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from deploy.query.quarantine import Entry, Quarantine, Wanted
from deploy.repair.drafts import Drafts
from deploy.repair.preparing import Preparing, Publication
from deploy.repair.sending import MOST_AT_ONCE, Said, Sending
from schemas.errors import InvalidInput

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Resent:
    """What was published, why some could not be, by origin, and how many more wait for another turn."""

    publications: Sequence[Publication]
    faults: Mapping[str, str]
    left: int


class Workbench:
    """Decides about records that are named, or all that wait and are meant. Nothing is done without
    ``sending``.
    """

    def __init__(self, quarantine: Quarantine, preparing: Preparing, drafts: Drafts) -> None:
        self._quarantine, self._preparing, self._drafts = quarantine, preparing, drafts

    def faults(self, entry: Entry, text: str, now: datetime) -> list[str]:
        """What is still wrong with a mended record; raises ``InvalidInput`` without the token key, if a NIK
        was written into it.
        """
        try:
            record = self._preparing.ready(entry, text, "repair")
        except InvalidInput as error:
            return [str(error)]
        return list(self._preparing.rejected(Publication(entry.record.topic, "", [record]), now).values())

    def resend(self, sending: Sending | None, wanted: Wanted, said: Said, *, again: bool = False) -> Resent:
        """Publish what can be used; the rest stays. At most ``MOST_AT_ONCE``, the oldest first.

        Raises ``InvalidInput`` for a named record that is not there, or was decided about and not ``again``.
        """
        chosen = self.choose(wanted, again=again)
        origins = frozenset(entry.origin for entry in chosen[:MOST_AT_ONCE])
        entries = self._quarantine.find(Wanted(origins=origins), sealed=True) if origins else []
        drafts = {origin: text for origin in origins if (text := self._drafts.read(origin)) is not None}
        prepared = self._preparing.prepare(entries, drafts, said.at)
        if sending is not None and prepared.publications:
            sending.resend(prepared.publications, said)
            for out in prepared.publications:
                self._forget_drafts([record.origin for record in out.records])
        return Resent(prepared.publications, prepared.faults, len(chosen) - len(origins))

    def discard(self, sending: Sending, wanted: Wanted, said: Said) -> list[str]:
        """Decide that these are not sent; gives their origins. Raises as ``resend``."""
        origins = [entry.origin for entry in self.choose(wanted, again=False)]
        for begin in range(0, len(origins), MOST_AT_ONCE):
            sending.discard(origins[begin : begin + MOST_AT_ONCE], said)
        self._forget_drafts(origins)
        return origins

    def choose(self, wanted: Wanted, *, again: bool) -> list[Entry]:
        """The named ones, or of those that are meant all that wait; oldest first."""
        if not wanted.origins:
            return self._quarantine.find(replace(wanted, state="WAITING"))
        found = self._quarantine.find(wanted)
        if missing := sorted(wanted.origins - {entry.origin for entry in found}):
            raise InvalidInput(f"not in quarantine: {_some(missing)}", remedy="see `jangkau quarantine list`")
        done = [entry.origin for entry in found if entry.state != "WAITING"]
        if done and not again:
            raise InvalidInput(
                f"was decided about before: {_some(done)}",
                remedy="see `jangkau quarantine show`; `resend --again` sends it once more",
            )
        return found

    def _forget_drafts(self, origins: Sequence[str]) -> None:
        for origin in origins:
            self._drafts.remove(origin)


def _some(origins: Sequence[str]) -> str:
    more = f" and {len(origins) - _NAMED} more" if len(origins) > _NAMED else ""
    return ", ".join(origins[:_NAMED]) + more
