"""`jangkau erase`: how it ends, with an engine, without one, and without a control worker."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.cli import main
from deploy.cli.erase import carry_out, recorded
from deploy.query.erasures import read_erasures, remains
from deploy.view.erasures import done_lines, erasure_lines, erasures_plain
from schemas.catalog import load_catalog
from schemas.errors import InvalidInput, Retryable
from schemas.events import Command, ControlEvent, ErasureProof, Outcome, PersonErased, PersonReinstated
from schemas.names import HUB_CONTROL, HUB_OUTCOMES
from streams.control.decisions import decide, person_subject
from tests.fakes.answering_control import asker_of, refused
from tests.fakes.hub_topics import HubTopics

ANA, BUDI = "0a" * 16, "0b" * 16
NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
PROOF = ErasureProof(1, 500, 12)


def event(version: int, body: PersonErased | PersonReinstated) -> ControlEvent:
    return decide(person_subject(body.person), version, 0, "Pusdatin", "putusan 12/2026", NOON, body)


def proven(erased: ControlEvent) -> Outcome:
    return Outcome("ACCEPTED", (), (erased.event_id,), NOON, erasure=PROOF)


def test_the_proof_is_what_the_outcome_says() -> None:
    hub, control = asker_of(HubTopics(), lambda _: proven(event(1, PersonErased(ANA))))
    assert carry_out(hub, ANA, "Pusdatin", "putusan 12/2026") == PROOF
    (asked,) = control.commands
    assert (asked.kind, asked.payload) == ("ERASE_PERSON", f'{{"person": "{ANA}"}}')


def test_a_refusal_is_told() -> None:
    hub, _ = asker_of(HubTopics(), lambda _: refused("payload.person: was erased on 2026-01-05"))
    with pytest.raises(InvalidInput, match="was erased on 2026-01-05"):
        carry_out(hub, ANA, "Pusdatin", "x")


def deciding(topics: HubTopics, *events: ControlEvent) -> Callable[[Command], None]:
    """A control worker that decides; no engine carries anything out."""

    def reply(_: Command) -> None:
        for each in events:
            topics.put(HUB_CONTROL, each.subject, each)

    return reply


def test_without_an_engine_it_is_recorded_and_not_yet_carried_out() -> None:
    topics = HubTopics()
    hub, _ = asker_of(topics, deciding(topics, event(1, PersonErased(ANA))))
    with pytest.raises(Retryable, match="recorded, not yet carried out") as caught:
        carry_out(hub, ANA, "Pusdatin", "x")
    assert f"jangkau erasures --person {ANA}" in (caught.value.remedy or "")
    assert recorded(hub, ANA)[0].proof is None


@pytest.mark.parametrize(
    "decided",
    [
        (),
        (event(1, PersonErased(BUDI)),),
        (event(1, PersonErased(ANA)), event(2, PersonReinstated(ANA))),
    ],
    ids=["nothing", "somebody else", "an earlier one, taken back"],
)
def test_what_nobody_has_decided_is_not_called_recorded(decided: tuple[ControlEvent, ...]) -> None:
    topics = HubTopics()
    hub, _ = asker_of(topics, deciding(topics, *decided))
    with pytest.raises(Retryable) as caught:
        carry_out(hub, ANA, "Pusdatin", "x")
    assert "not answered" in str(caught.value)
    assert "recorded" not in str(caught.value)


def test_where_each_erasure_stands() -> None:
    first, back, again = (
        event(1, PersonErased(ANA)),
        event(2, PersonReinstated(ANA)),
        event(3, PersonErased(ANA)),
    )
    other = event(1, PersonErased(BUDI))
    topics = HubTopics()
    deciding(topics, first, back, again, again, other)(None)  # type: ignore[arg-type]
    topics.put(HUB_OUTCOMES, "c1", proven(first))
    topics.put(HUB_OUTCOMES, "c2", proven(other))
    hub, _ = asker_of(topics)
    standings = [each["standing"] for each in erasures_plain(recorded(hub, ANA))]
    assert standings == ["reinstated", "waiting for an engine"]
    assert "carried out" in "\n".join(erasure_lines(recorded(hub, BUDI)))
    assert len(recorded(hub, None)) == 3
    assert read_erasures([], []) == []


def test_what_is_left_is_what_the_catalogue_says() -> None:
    catalogue = load_catalog()
    left = remains(catalogue.values())
    personal = {topic.name for topic in catalogue.values() if topic.personal_data != "none"}
    assert {name for name, _ in left} == personal
    assert all(catalogue[name].kept == how for name, how in left)
    assert {"hub.quarantine", "hub.control", "hub.commands", "hub.lookups", "dtsen.persons"} <= set(
        dict(left)
    )
    text = "\n".join(done_lines(PROOF, left))
    assert all(f"  {name}: {how}" in text for name, how in left)
    assert "partition 1 to offset 500" in text


@pytest.mark.parametrize("verb", ["erase", "reinstate"])
def test_a_number_that_is_none_goes_nowhere(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    assert main([verb, "747101010190", "--basis", "putusan 12/2026"]) == 2
    error = capsys.readouterr().err
    assert "neither a NIK nor a person token" in error
    assert "747101010190" not in error
