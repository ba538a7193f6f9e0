"""The laws of the design as checks on a world whose input is drained."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from schemas.codec import AvroCodec
from schemas.events import CoverageState, Hold
from schemas.names import DTSEN_PERSONS, HUB_PARTIALS, HUB_QUARANTINE
from schemas.records import TopicPartition
from streams.engine.batches import CLASSES
from tests.oracle.hub import OracleHub
from tests.oracle.verdict import Desired, Held, Verdict, digest

K = TypeVar("K")


class Settled(Protocol):
    """A hub at rest, on whichever log, and the oracle that has read the same."""

    codec: AvroCodec
    oracle: OracleHub

    def published(self) -> Mapping[str, Sequence[CoverageState]]:
        """Every record of every person on coverage.persons, in order; of an erased one those since."""

    def holds(self) -> Mapping[str, Hold]:
        """Who is held, by the last record of each person on hub.holds."""

    def records(self, topic: str) -> Iterable[tuple[bytes | None, bytes | None, TopicPartition]]:
        """All committed records of a topic, partition by partition, oldest first."""


def unlike(found: Mapping[K, Any], expected: Mapping[K, Any], most: int = 2) -> str:
    """How two mappings differ, for the message of a check: how many keys, and the first of them in full."""
    there = [*expected, *(found.keys() - expected.keys())]
    keys = [key for key in there if key not in found or key not in expected or found[key] != expected[key]]
    shown = (f"{k}: {found.get(k, 'nothing')}, expected {expected.get(k, 'nothing')}" for k in keys[:most])
    return f"{len(keys)} differ: {'; '.join(shown)}"


def check_all(world: Settled) -> None:
    """Laws 1 to 5 on a hub at rest; raises ``AssertionError`` that names the law."""
    published = world.published()
    world.oracle.held = held_by_the_record(world, published)
    published_equals_desired(world.oracle, published)
    replay_equals_live(world.oracle, published)
    counted_without_gap(published)
    nothing_is_dropped(world)
    totals_add_up(world)


def held_by_the_record(world: Settled, published: "Published") -> dict[str, Held]:
    """Holds as recorded: whom the record still means, and the facts do not. Each has something to hold."""
    desired, held = world.oracle.desired, {}
    for token, hold in world.holds().items():
        person, last = world.oracle.person(token), published[token][-1]
        assert person is not None, f"holds: {token} is held, and nothing is known of them"
        gone = person["presence"] in ("DECEASED", "REMOVED", "MERGED")
        assert not gone, f"holds: {token} is held, and {person['presence']}"
        meant = {verdict.directive for verdict in desired[token].verdicts}
        kept = {(v.directive, v.version) for v in last.verdicts if v.directive not in meant}
        assert kept, f"holds: that of {token} keeps nothing back, and should have ended"
        assert hold.region == last.region, f"holds: that of {token} is in {hold.region}, not {last.region}"
        held[token] = Held(last.region, frozenset(kept))
    return held


def said_by(state: CoverageState) -> Desired:
    """The digest fields of a record, as the oracle has them."""
    verdicts = [Verdict(v.directive, v.version, v.status, tuple(v.missing), v.reason) for v in state.verdicts]
    return Desired(state.region, tuple(verdicts))


Published = Mapping[str, Sequence[CoverageState]]


def published_equals_desired(oracle: OracleHub, published: Published) -> None:
    """Law 1: the last record of each person says what the oracle desires, or what is held; whoever is meant
    has one.
    """
    desired = oracle.expected
    last = {token: said_by(states[-1]) for token, states in published.items()}
    expected = {token: desired[token] for token in last}
    assert last == expected, f"law 1, the last records: {unlike(last, expected)}"
    meant = {token for token, person in desired.items() if person.verdicts}
    assert meant <= last.keys(), f"law 1: nothing is published of {sorted(meant - last.keys())[:3]}"
    found = {token: states[-1].status for token, states in published.items()}
    statuses = {token: person.status for token, person in expected.items()}
    assert found == statuses, f"law 1, the last status: {unlike(found, statuses)}"


def replay_equals_live(oracle: OracleHub, published: Published) -> None:
    """Law 2: the digest over what was published last is the oracle's over facts and control state alone."""
    last = {token: said_by(states[-1]) for token, states in published.items()}
    last |= {token: oracle.desired[token] for token in oracle.held}
    assert digest(last) == oracle.digest, "law 2: the digest is not the oracle's"


def counted_without_gap(published: Published) -> None:
    """Law 3: seq counts 1, 2, 3 … and neighbours differ in a digest field."""
    for token, states in published.items():
        counted = [state.seq for state in states]
        assert counted == list(range(1, len(states) + 1)), f"law 3: {token} is counted {counted}"
        said = [said_by(state) for state in states]
        alike = zip(counted, said, said[1:], strict=False)
        same = [seq for seq, before, after in alike if before == after]
        assert not same, f"law 3: {token} says the same again after seq {same}"


def nothing_is_dropped(world: Settled) -> None:
    """Law 4: every record in exactly one class, the oracle's; rejects kept once each, with the reason."""
    told = told_of_batches(world)
    counted: Counter[tuple[str, str, str]] = Counter()
    for (_, topic, name), batch in told.items():
        counted.update({(topic, name, each): batch[each] for each in CLASSES})
    expected = Counter(
        {
            (topic, batch or "", name): n
            for (topic, batch), c in world.oracle.counts.items()
            for name, n in c.items()
        }
    )
    doubtful = {(place.topic, place.batch) for place in world.oracle.doubtful}
    told_certain, certain = _certain(+counted, doubtful), _certain(expected, doubtful)
    assert told_certain == certain, f"law 4, classes of batches: {unlike(told_certain, certain)}"
    told_sums, sums = _sums(counted, doubtful), _sums(expected, doubtful)
    assert told_sums == sums, f"law 4, records of batches: {unlike(told_sums, sums)}"
    reconciled(world.oracle, told, doubtful)
    places = {(place.topic, place.partition, place.offset) for place in world.oracle.doubtful}
    kept = [world.codec.decode(HUB_QUARANTINE, value or b"") for _, value, _ in world.records(HUB_QUARANTINE)]
    found = {(r["topic"], r["partition"], r["offset"]): r["reason"] for r in kept}
    assert len(found) == len(kept), f"law 4: {len(kept) - len(found)} are in quarantine more than once"
    rejected = {(q.topic, q.partition, q.offset): q.reason for q in world.oracle.quarantined}
    other = (found.keys() ^ rejected.keys()) - places
    assert not other, f"law 4: in quarantine and should not be, or the other way round: {sorted(other)[:3]}"
    known = {place: rejected.get(place, reason) for place, reason in found.items()}
    assert found == known, f"law 4, reasons in quarantine: {unlike(found, known)}"


def _certain(counts: "Classes", doubtful: Collection["BatchId"]) -> "Classes":
    return {each: n for each, n in counts.items() if each[:2] not in doubtful}


def _sums(counts: "Classes", batches: Collection["BatchId"]) -> Mapping["BatchId", int]:
    """Records of each of these batches, whatever their class."""
    sums: Counter[BatchId] = Counter()
    for (topic, batch, _), n in counts.items():
        if (topic, batch) in batches:
            sums[topic, batch] += n
    return sums


BatchId = tuple[str, str]
Classes = Mapping[tuple[str, str, str], int]
"""Records by topic, batch and class."""


Told = Mapping[tuple[int, str, str], Mapping[str, Any]]


def told_of_batches(world: Settled) -> Told:
    """What the partials say last, by partition, topic and batch; regencies a later one leaves out stay."""
    told: dict[tuple[int, str, str], dict[str, Any]] = {}
    for partial in _rising(partials(world)):
        for batch in partial["batches"]:
            key = partial["partition"], batch["topic"], batch["batch"]
            known = {} if partial["full"] or key not in told else told[key]["regencies"]
            regencies = known | {each["region"]: each for each in batch["regencies"]}
            told[key] = {**batch, "regencies": regencies}
    return told


def reconciled(oracle: OracleHub, told: Told, doubtful: Collection[BatchId]) -> None:
    """The regencies of a batch add up to it, those of persons are the oracle's, and so is the digest: but for
    doubtful batches, which hold records of somebody erased.
    """
    digests: Counter[tuple[str, str]] = Counter()
    persons: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for (_, topic, name), batch in told.items():
        for each in CLASSES:
            there = sum(regency[each] for regency in batch["regencies"].values())
            assert there == batch[each], f"law 4, {each} of {name}: {batch[each]}, {there} in its regencies"
        digests[topic, name] += int(batch["digest"], 16)
        if topic == DTSEN_PERSONS:
            counts = persons.setdefault((topic, name), Counter())
            for region, regency in batch["regencies"].items():
                counts.update({(region, each): regency[each] for each in CLASSES if each != "quarantined"})
    found = {k: total % 2**64 for k, total in digests.items() if total and k not in doubtful}
    expected = {k: total for k, total in oracle.digests.items() if k not in doubtful}
    assert found == expected, f"law 4, digests of batches: {unlike(found, expected)}"
    here = {k: +counts for k, counts in persons.items() if +counts and k not in doubtful}
    wanted = {k: counts for k, counts in oracle.regencies.items() if k not in doubtful}
    assert here == wanted, f"law 4, batches by regency: {unlike(here, wanted)}"


def totals_add_up(world: Settled) -> None:
    """Law 5: the newest partials of all partitions add up to the oracle's counts over persons."""
    totals: dict[str, Counter[str]] = {}
    for partial in newest_partials(world).values():
        for region in partial.values():
            here = totals.setdefault(region["region"], Counter())
            here["persons"] += region["persons"]
            here.update({name: n for name, n in region["discrepancies"].items() if n})
            for directive in region["directives"]:
                counts = {k: v for k, v in directive.items() if k not in ("directive", "version") and v}
                here.update({f"{directive['directive']}:{name}": n for name, n in counts.items()})
    expected: dict[str, Counter[str]] = {}
    for region, total in world.oracle.totals.items():
        here = expected.setdefault(region, Counter({"persons": total.persons}))
        here.update(total.discrepancies)
        here.update({f"{directive}:{name}": n for (directive, name), n in total.directives.items()})
    found = {r: +c for r, c in totals.items() if +c}
    wanted = {r: +c for r, c in expected.items() if +c}
    assert found == wanted, f"law 5, totals of regions: {unlike(found, wanted)}"


def newest_partials(world: Settled) -> Mapping[int, Mapping[str, Any]]:
    """Per partition the regions as the partials tell them: a full one replaces, another one updates."""
    standing: dict[int, dict[str, Any]] = {}
    for partial in _rising(partials(world)):
        number = partial["partition"]
        regions = {region["region"]: region for region in partial["regions"]}
        standing[number] = regions if partial["full"] else {**standing.get(number, {}), **regions}
    return standing


def _rising(told: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Without those that a former owner of the partition told late."""
    rank: dict[int, tuple[int, int, int]] = {}
    for partial in told:
        newer = partial["generation"], partial["state_offset"], partial["control_offset"]
        if newer >= rank.get(partial["partition"], (-1, -1, -1)):
            rank[partial["partition"]] = newer
            yield partial


def last_partials(world: Settled) -> Mapping[int, Mapping[str, Any]]:
    """The last partial of each partition."""
    return {partial["partition"]: partial for partial in partials(world)}


def partials(world: Settled) -> Iterator[Mapping[str, Any]]:
    """Every partial with counts, oldest first."""
    return (partial for partial in all_partials(world) if partial["preview"] is None)


def all_partials(world: Settled) -> Iterator[Mapping[str, Any]]:
    """Every partial told, answers to previews too, oldest first."""
    return (world.codec.decode(HUB_PARTIALS, value or b"") for _, value, _ in world.records(HUB_PARTIALS))
