"""The refusals that a rebuild, and nothing else, can answer."""

from schemas.errors import Refused


class NeedsRebuild(Refused):
    """The state of a partition is lost or no longer fits its inputs: an engine started with ``--rebuild``
    makes it anew, any other stops.
    """


class OtherLayout(NeedsRebuild):
    """The state is in a layout this version does not read. ``former``: an older release wrote it, and any
    engine makes it anew without being asked. What a newer one wrote may be wanted back: a person decides.
    """

    def __init__(self, message: str, *, remedy: str, former: bool) -> None:
        super().__init__(message, remedy=remedy)
        self.former = former
