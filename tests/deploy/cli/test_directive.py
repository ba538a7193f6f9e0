"""Previews asked for, approvals filled up, and the life of a directive as it is shown."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import main
from deploy.cli.directive import shown
from deploy.cli.directive_approval import approve_version, whole_bounds, whole_digest
from deploy.cli.directive_preview import ask_preview, said
from schemas.directive import DirectiveDocument, parse_directive
from schemas.errors import InvalidInput, Retryable
from schemas.events import ControlBody, DirectiveApproved, DirectiveEvent, DirectiveHeld, DirectivePreviewed
from schemas.names import COVERAGE_DIRECTIVES, HUB_CONTROL, KEMNAKER_DIRECTIVES
from streams.control.decisions import decide
from tests.fakes.answering_control import accepted, asker_of
from tests.fakes.hub_topics import HubTopics
from tests.fakes.previews import BOUNDS, DIGEST, NAME, figures, preview, status

NO_BOUNDS: dict[str, int | None] = {
    "entering": None,
    "leaving": None,
    "leaving_regency": None,
    "leaving_regency_permille": None,
}
OWN = {"entering": 2000, "leaving": 100, "leaving_regency": 50, "leaving_regency_permille": 20}


def document(**more: Any) -> DirectiveDocument:
    plain = {
        "id": NAME,
        "version": 2,
        "title": "Pekerja rentan",
        "legal_basis": "Inpres 8/2025",
        "means": {"regions": ["74"]},
        "requires": ["JKK", "JKM"],
        "effective": {"from": "2026-03-01"},
    }
    return parse_directive(json.dumps(plain | more))


def test_a_preview_is_asked_for_and_comes_back_whole() -> None:
    hub, control = asker_of(HubTopics(), lambda _: accepted(preview()))
    assert ask_preview(hub, "pusdatin", "uji", {"directive": NAME, "version": 2}) == preview()
    assert control.commands[0].kind == "PREVIEW_DIRECTIVE"


def test_an_answer_without_a_preview_is_no_preview() -> None:
    hub, _ = asker_of(HubTopics())
    with pytest.raises(Retryable, match="no preview"):
        ask_preview(hub, "pusdatin", "uji", {"directive": NAME, "version": 2})


def test_the_screen_ends_with_the_command_that_approves() -> None:
    lines = said(preview(), document(bounds=OWN), None, sample=False)
    assert lines[-1] == (
        f"  jangkau directive approve {NAME} --version 2 --preview {DIGEST[:16]} --entering 1300 "
        '--leaving 35 --leaving-regency 30 --leaving-regency-permille 6 --basis "…" --by "…"'
    )


def test_a_preview_outside_its_own_bounds_shouts_at_both_ends_and_offers_no_approval() -> None:
    lines = said(preview(), document(bounds=OWN | {"entering": 1000}), None, sample=False)
    assert "OUTSIDE THE BOUNDS" in lines[0]
    assert lines[-3:] == lines[:3]
    assert any("entering" in line and "1,000" in line for line in lines[:3])
    assert not any("directive approve" in line for line in lines)


def test_a_what_if_is_followed_by_submitting_it() -> None:
    lines = said(preview(), document(), Path("draft.yaml"), sample=True)
    assert lines[-1].endswith("jangkau directive submit draft.yaml")
    assert any("0f" * 16 in line for line in lines)


@pytest.mark.parametrize("given", [DIGEST[:12], DIGEST[:40], DIGEST])
def test_a_digest_is_expanded(given: str) -> None:
    rows = [(NAME, status(seen=figures())), ("another", status(seen=figures("f" * 64)))]
    assert whole_digest(rows, NAME, 2, given) == DIGEST


@pytest.mark.parametrize(
    ("given", "text"),
    [("0123456789a", "first 12"), ("Z" * 12, "first 12"), ("f" * 12, "no preview"), ("01" * 6, "no preview")],
)
def test_a_digest_that_names_no_preview(given: str, text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        whole_digest([(NAME, status(seen=figures()))], NAME, 2, given)


def test_a_digest_that_names_two_previews() -> None:
    twins = [(NAME, status(seen=figures(DIGEST[:20] + end * 44))) for end in "ab"]
    with pytest.raises(InvalidInput, match="more than one"):
        whole_digest(twins, NAME, 2, DIGEST[:12])


def test_bounds_not_given_are_those_of_the_document() -> None:
    standing = status(document=document(bounds=OWN).canonical_json(), seen=figures())
    assert whole_bounds(standing, NO_BOUNDS) == OWN
    assert whole_bounds(standing, NO_BOUNDS | {"leaving": 0}) == OWN | {"leaving": 0}


def test_missing_bounds_are_named_beside_what_the_preview_says() -> None:
    standing = status(document=document().canonical_json(), seen=figures())
    with pytest.raises(InvalidInput) as caught:
        whole_bounds(standing, NO_BOUNDS | {"entering": 5})
    message = str(caught.value)
    assert "missing: --leaving, --leaving-regency, --leaving-regency-permille" in message
    assert "entering 1.234" in message
    assert "leaving_regency 30, leaving_regency_permille 6" in message


def test_an_approval_carries_the_whole_digest_and_all_bounds() -> None:
    topics = HubTopics()
    standing = status(document=document(bounds=OWN).canonical_json(), seen=figures())
    topics.put(COVERAGE_DIRECTIVES, NAME, standing)
    hub, control = asker_of(topics)
    approve_version(hub, NAME, 2, DIGEST[:12], NO_BOUNDS | {"entering": 1300}, "Kepmen 2", "Sekjen")
    (asked,) = control.commands
    assert (asked.kind, asked.by, asked.basis) == ("APPROVE_DIRECTIVE", "Sekjen", "Kepmen 2")
    assert json.loads(asked.payload) == {
        "directive": NAME,
        "version": 2,
        "preview": DIGEST,
        "bounds": OWN | {"entering": 1300},
    }


def test_the_life_of_a_directive_is_shown_with_its_figures() -> None:
    topics = HubTopics()
    rollout = [{"from": "2026-03-01", "regions": ["74.71"]}, {"from": "2026-05-01"}]
    text = document(rollout=rollout).canonical_json()
    moment = datetime(2026, 3, 1, 5, tzinfo=UTC)
    drafted = DirectiveEvent(2, "DRAFTED", text, "Kemnaker", "Inpres 8/2025", moment)
    topics.put(KEMNAKER_DIRECTIVES, NAME, drafted)
    bodies: tuple[ControlBody, ...] = (
        DirectivePreviewed(NAME, 2, figures()),
        DirectiveApproved(NAME, 2, DIGEST, BOUNDS),
        DirectiveHeld(NAME, 2, figures(), ("entering: 9,800, more than the 1,300 allowed",)),
    )
    for step, body in enumerate(bodies, 1):
        subject = f"{type(body).__name__}:{NAME}"
        later = moment.replace(hour=5 + step)
        event = decide(subject, 2, step, f"by-{step}", f"basis-{step}", later, body)
        topics.put(HUB_CONTROL, None, event)
        topics.put(HUB_CONTROL, None, event)
    topics.put(COVERAGE_DIRECTIVES, NAME, status("REJECTED", 7, faults=("version: there is no such one",)))
    held = status("HELD", document=text, seen=figures(), bounds=BOUNDS, notes=("entering: 1,234 → 9,800",))
    topics.put(COVERAGE_DIRECTIVES, NAME, held)
    hub, _ = asker_of(topics)
    said_of_it = "\n".join(shown(hub, NAME))
    assert "ditahan / HELD" in said_of_it
    assert "! entering: 1,234 → 9,800" in said_of_it
    assert "approved bounds: entering 1.300, leaving 40" in said_of_it
    assert "· 2026-03-01  74.71 Kota Kendari" in said_of_it
    assert said_of_it.count("disetujui / APPROVED  by-2: basis-2") == 1
    assert "! entering: 9,800, more than the 1,300 allowed" in said_of_it
    assert "version: there is no such one" in said_of_it
    assert said_of_it.index("/ DRAFTED") < said_of_it.index("/ PREVIEWED  by-1")
    shown_document = said_of_it[said_of_it.index(f"id: {NAME}") :]
    assert parse_directive(shown_document) == document(rollout=rollout)
    assert "null" not in shown_document


def test_where_a_rollout_stands_and_that_it_is_paused() -> None:
    topics = HubTopics()
    rollout = [{"from": "2026-03-01", "regions": ["74.71"]}, {"from": "2026-05-01"}]
    text = document(rollout=rollout).canonical_json()
    topics.put(COVERAGE_DIRECTIVES, NAME, status("IN_FORCE", document=text, paused=date(2026, 4, 1)))
    hub, _ = asker_of(topics)
    said_of_it = shown(hub, NAME)
    assert "    ✓ 2026-03-01  74.71 Kota Kendari" in said_of_it
    assert any(line.startswith("    · 2026-05-01  di mana pun") for line in said_of_it)
    assert "    dijeda sejak / paused since 2026-04-01" in said_of_it
    assert "dijeda / paused" in said_of_it[0]


def test_a_directive_nobody_knows() -> None:
    hub, _ = asker_of(HubTopics())
    with pytest.raises(InvalidInput, match="no directive tak-ada"):
        shown(hub, "tak-ada")


@pytest.fixture
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("JANGKAU_REGISTRY__URL", raising=False)
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("words", [[], [NAME], [NAME, "--version", "1", "--file", "draft.yaml"]])
def test_what_is_to_be_previewed_is_said_once(
    words: list[str], empty_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(empty_machine)
    (empty_machine / "draft.yaml").write_text(document().canonical_json())
    assert main(["directive", "preview", *words]) == 2
    assert "give NAME --version N, or --file draft.yaml" in capsys.readouterr().err


def test_a_draft_with_faults_is_not_asked_about(
    empty_machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = empty_machine / "draft.yaml"
    draft.write_text("id: Salah Nama\nversion: 0\n")
    assert main(["directive", "preview", "--file", str(draft)]) == 2
    err = capsys.readouterr().err
    assert "  id: " in err
    assert "  version: " in err


def test_an_approval_says_who(empty_machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["directive", "approve", NAME, "--version", "2", "--preview", DIGEST, "--basis", "x"]
    assert main(words) == 2
    assert "--by" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["holds", "release", "--basis", "x", "--by", "y"],
        ["holds", "refuse", "--region", "74", "--person", "0f" * 16, "--basis", "x", "--by", "y"],
        ["holds", "list", "--region", "99.99"],
        ["guard", "set", "--regency", "74.71", "--basis", "x", "--by", "y"],
        ["guard", "set", "--regency", "74.71", "--persons", "1", "--policy", "--basis", "x", "--by", "y"],
        ["trail", "somebody"],
        ["trail", "0f" * 16, "--purpose", " "],
    ],
)
def test_what_is_refused_before_any_broker_is_asked(
    words: list[str], empty_machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert "→" in capsys.readouterr().err
