"""Whether the topics a state goes on with are still those it was written under, and tell all."""

from collections.abc import Mapping

from schemas.errors import Refused
from schemas.names import AGENCY_FACTS, AGENCY_OF_TOPIC, COVERAGE_PERSONS
from schemas.records import TopicPartition
from streams.engine.blocks import PartitionBlock
from streams.engine.needs_rebuild import NeedsRebuild
from streams.engine.ports import LogAdmin
from streams.engine.rules import ControlState


def topic_ids(admin: LogAdmin) -> dict[str, str]:
    """The ids of the topics a state belongs to."""
    return {topic: admin.topic_id(topic) for topic in (*AGENCY_FACTS, COVERAGE_PERSONS)}


def check_reach(number: int, admin: LogAdmin, control: ControlState) -> None:
    """Refuse where an agency topic no longer tells all: publishing then would open gaps nobody has.

    It tells all from its first record on, or from the first record of a reconciled FULL publication.
    """
    for topic in AGENCY_FACTS:
        start = admin.start_offset(TopicPartition(topic, number))
        full = control.full.get(AGENCY_OF_TOPIC[topic])
        begins = next((s.offset for s in full.starts if s.partition == number), None) if full else None
        if start > 0 and (begins is None or begins < start):
            raise Refused(
                f"{topic} partition {number} begins at offset {start}: older facts are gone, and no "
                f"reconciled FULL "
                f"publication of {AGENCY_OF_TOPIC[topic]} lies after that",
                remedy="a new one is not counted while no engine runs: see `When facts are gone` in "
                "docs/operators.md",
            )


def check_inputs(number: int, block: PartitionBlock, ids: Mapping[str, str], admin: LogAdmin) -> None:
    """Refuse, as ``NeedsRebuild``, a state whose topics were made anew, or whose facts are gone."""
    # Older states do not say where they published.
    if block.topic_ids.get(COVERAGE_PERSONS, ids[COVERAGE_PERSONS]) != ids[COVERAGE_PERSONS]:
        raise NeedsRebuild(
            f"{COVERAGE_PERSONS} was deleted and created again since the state was written: "
            "what was published is gone",
            remedy="start the engine with --rebuild: everybody is published again, counted from 1",
        )
    for topic, position in block.positions.items():
        source = TopicPartition(topic, number)
        if block.topic_ids[topic] != ids[topic]:
            raise NeedsRebuild(
                f"{topic} was deleted and created again since the state was written",
                remedy="start the engine with --rebuild once the agency has published in FULL again",
            )
        start, end = admin.start_offset(source), admin.high_watermark(source)
        if not start <= position <= end:
            raise NeedsRebuild(
                f"{topic} partition {number} holds offsets {start} to {end}, the state goes on "
                f"at {position}: "
                "records were lost while no engine ran",
                remedy="see `When facts are gone` in docs/operators.md",
            )
