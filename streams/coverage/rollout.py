"""Where a version of a directive decides while it, or a higher version, comes step by step."""

from dataclasses import dataclass
from datetime import date

from schemas.directive import DirectiveDocument
from schemas.ids import RegionCode


@dataclass(frozen=True, slots=True)
class Reach:
    """``within``: the regions reached, ``None`` for everywhere the directive means. ``taken``: regions in
    which a higher version of the same directive decides already.
    """

    within: tuple[RegionCode, ...] | None = None
    taken: tuple[RegionCode, ...] = ()

    @property
    def is_limited(self) -> bool:
        """Whether there is anywhere that this does not reach."""
        return self.within is not None or bool(self.taken)


EVERYWHERE = Reach()


def reached(document: DirectiveDocument, day: date) -> tuple[RegionCode, ...] | None:
    """The regions the rollout has reached at ``day``; ``None`` for everywhere (docs/rules.md, section 4)."""
    begun = [step for step in document.rollout if step.from_ <= day]
    if len(begun) == len(document.rollout):
        return None  # the last step is everywhere; so is a directive without rollout
    return tuple(region for step in begun for region in step.regions)
