"""Whether what the database says of its positions fits the logs there are."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from connectors.sql.ports import Admin, Position
from schemas.errors import Refused
from schemas.records import TopicPartition

_REFILL = "`jangkau sink --refill` empties the tables and fills them from the topics as they are now"


def check_standing(
    admin: Admin,
    topics: Sequence[str],
    kept: Mapping[TopicPartition, Position],
    now: datetime,
    absent_most: timedelta,
) -> dict[TopicPartition, Position]:
    """A position for every partition: the kept one, or the start of its log.

    Raises ``Refused`` where going on could leave something wrong in the tables: another topic or
    cluster, a log that ends before the position, an absence after which erasures may be gone from it.
    """
    cluster = admin.cluster_id()
    found: dict[TopicPartition, Position] = {}
    for topic in topics:
        topic_id = admin.topic_id(topic)
        for number in range(admin.partitions(topic)):
            at = TopicPartition(topic, number)
            before = kept.get(at)
            if before is None:
                found[at] = Position(admin.start_offset(at), topic_id, cluster, now)
                continue
            if (before.topic_id, before.cluster_id) != (topic_id, cluster):
                raise Refused(f"the tables were filled from another {topic} than this one", remedy=_REFILL)
            if before.next_offset > admin.high_watermark(at):
                raise Refused(f"{topic}/{number} ends before what is in the tables", remedy=_REFILL)
            if now - before.seen_at > absent_most:
                raise Refused(
                    f"the sink was away for {(now - before.seen_at).days} days: persons erased meanwhile may "
                    f"be gone from {topic} without a trace, and would stay in the tables",
                    remedy=_REFILL,
                )
            found[at] = before
    return found
