"""What must be so of the topics before an engine may start."""

from schemas.errors import Refused
from schemas.names import AGENCY_FACTS, HUB_STATE
from streams.engine.ports import LogAdmin


def refuse_if_fewer_partitions(admin: LogAdmin, partitions: int) -> None:
    """All person topics share one partition count, fixed for life: refuse to start on any other."""
    for topic in (*AGENCY_FACTS, HUB_STATE):
        found = admin.partitions(topic)
        if found != partitions:
            raise Refused(
                f"{topic} has {found} partitions, this hub has {partitions}",
                remedy="partition counts are fixed for life; make a new generation of topics instead",
            )
