"""A consumer group of the in-memory log, after the consumer protocol of Kafka 4: members, targets, epochs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemas.records import TopicPartition


@dataclass(frozen=True, slots=True)
class MemberView:
    """What a member knows of itself: the group metadata passed to ``send_offsets``."""

    group_id: str
    member_id: int
    epoch: int


@dataclass
class Member:
    """The coordinator's view of a member. ``since`` is the member epoch each owned partition came with."""

    topics: tuple[str, ...]
    epoch: int = 0
    target: set[TopicPartition] = field(default_factory=set)
    since: dict[TopicPartition, int] = field(default_factory=dict)


def range_assignment(
    members: Mapping[int, Iterable[str]], partition_counts: Mapping[str, int]
) -> dict[int, set[TopicPartition]]:
    """Each topic's partitions in even, consecutive ranges over its subscribers, in member order.

    With the same subscription everywhere, partition *p* of all topics of one size goes to one member.
    """
    target: dict[int, set[TopicPartition]] = {member: set() for member in members}
    for topic in {topic for topics in members.values() for topic in topics if topic in partition_counts}:
        subscribers = sorted(member for member, topics in members.items() if topic in topics)
        share, extra = divmod(partition_counts[topic], len(subscribers))
        first = 0
        for rank, member in enumerate(subscribers):
            after = first + share + (rank < extra)
            target[member].update(TopicPartition(topic, number) for number in range(first, after))
            first = after
    return target


@dataclass
class MemoryGroup:
    """Members, their targets, and the committed offsets, those pending in transactions apart."""

    epoch: int = 0
    members: dict[int, Member] = field(default_factory=dict)
    committed: dict[TopicPartition, int] = field(default_factory=dict)
    pending: dict[object, set[TopicPartition]] = field(default_factory=dict)
    _joined: int = 0

    def join(self, topics: Iterable[str], partition_counts: Mapping[str, int]) -> int:
        """A new member; returns its id. Ids rise, so the order of members is the order of joining."""
        self._joined += 1
        self.members[self._joined] = Member(tuple(topics))
        self.rebalance(partition_counts)
        return self._joined

    def rejoin(self, member_id: int, topics: Iterable[str], partition_counts: Mapping[str, int]) -> None:
        """A member that was thrown out comes back under its id, owning nothing."""
        self.members[member_id] = Member(tuple(topics))
        self.rebalance(partition_counts)

    def leave(self, member_id: int, partition_counts: Mapping[str, int]) -> None:
        """Remove a member: it left, or its session timed out. Its partitions are free at once."""
        if self.members.pop(member_id, None) is not None:
            self.rebalance(partition_counts)

    def rebalance(self, partition_counts: Mapping[str, int]) -> None:
        """Count the epoch up and compute who shall have what."""
        self.epoch += 1
        wanted = {member_id: member.topics for member_id, member in self.members.items()}
        for member_id, target in range_assignment(wanted, partition_counts).items():
            self.members[member_id].target = target

    def to_revoke(self, member_id: int) -> list[TopicPartition]:
        """Partitions the member owns and must give up first."""
        member = self.members[member_id]
        return sorted(member.since.keys() - member.target)

    def release(self, member_id: int, partitions: Iterable[TopicPartition]) -> None:
        """The member has let go of these."""
        for partition in partitions:
            del self.members[member_id].since[partition]

    def advance(self, member_id: int) -> list[TopicPartition]:
        """Bring the member to the newest epoch and give it what nobody else still owns; returns the gains."""
        member = self.members[member_id]
        member.epoch = self.epoch
        taken = {
            at for other_id, other in self.members.items() if other_id != member_id for at in other.since
        }
        gained = sorted(member.target - member.since.keys() - taken)
        member.since.update(dict.fromkeys(gained, member.epoch))
        return gained

    def accepts(self, view: MemberView, positions: Iterable[TopicPartition], older_epochs: bool) -> bool:
        """Whether a commit is let through: a current epoch always, for whatever partitions it names.

        An older epoch passes only where the member has held all of them since that epoch or before.
        """
        member = self.members.get(view.member_id)
        if member is None:
            return False
        if view.epoch == member.epoch:
            return True
        return (
            older_epochs
            and view.epoch < member.epoch
            and all(at in member.since and member.since[at] <= view.epoch for at in positions)
        )

    def is_pending(self, partition: TopicPartition) -> bool:
        """Whether an open transaction holds an offset of this partition."""
        return any(partition in partitions for partitions in self.pending.values())
