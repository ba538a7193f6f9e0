"""The refusal that a rebuild, and nothing else, can answer."""

from schemas.errors import Refused


class NeedsRebuild(Refused):
    """The state of a partition is lost or no longer fits its inputs: an engine started with ``--rebuild``
    makes it anew, any other stops.
    """
