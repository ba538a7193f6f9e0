"""What the control worker writes down: a line a decision, an answer, a step; not one each time it looks."""

from collections.abc import Iterator

import pytest

from schemas.errors import ContractBroken
from tests.monitoring.logs.heard import told
from tests.streams.control.builders import NAME, RULES, Bench, advance, command, drafted
from tests.streams.control.counts import batch, partial, region
from tests.streams.control.test_receipts import manifest

TOKEN = "0" * 30 + "a1"
BOTH = (0, 1)


@pytest.fixture(autouse=True)
def _heard(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level("INFO", "streams.control"):
        yield


@pytest.fixture
def bench(caplog: pytest.LogCaptureFixture) -> Bench:
    made = Bench()
    made.start()
    made.command("c0", advance("2026-01-05"))
    caplog.clear()
    return made


def test_a_command_and_what_came_of_it_have_one_id(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.command("c-7", advance("2026-01-06"))
    (raised, fields), (granted, _), (answered, outcome) = told(caplog)
    assert (raised, granted, answered) == ("business date raised", "guard granted", "command answered")
    assert fields["command"] == "c-7"
    assert fields["event"] == bench.log.control[-2].event.event_id
    assert outcome == {"command": "c-7", "kind": "ADVANCE_BUSINESS_DATE", "result": "ACCEPTED"}
    bench.command("c-7", advance("2026-01-06"))
    bench.wait(5)
    assert told(caplog) == []


def test_a_refusal_counts_its_reasons_and_quotes_none(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.command("c-8", command("SET_GUARD", {"regency": "99.99", "persons": -1}))
    (outcome,) = bench.outcomes("c-8")
    refused = {"command": "c-8", "kind": "SET_GUARD", "result": "REFUSED", "reasons": len(outcome.reasons)}
    assert told(caplog) == [("command answered", refused)]
    assert outcome.reasons


def test_the_life_of_a_directive(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.enact(drafted(1, "2026-01-05"))
    lines = told(caplog)
    steps = [fields["state"] for message, fields in lines if message == "directive step"]
    assert steps[0] == "DRAFTED"
    assert steps[-1] == "IN_FORCE"
    assert {"PREVIEWED", "APPROVED"} <= set(steps)
    about = {(fields["directive"], fields["version"]) for message, fields in lines if "directive" in fields}
    assert about == {(NAME, 1)}
    words = [message for message, _ in lines]
    for once in ("directive previewed", "directive approved", "directive in force"):
        assert words.count(once) == 1
    # Of the command, and of the activation.
    assert words.count("preview asked") == words.count("preview complete") == 2
    asked = next(fields for message, fields in lines if message == "preview asked")
    complete = next(fields for message, fields in lines if message == "preview complete")
    assert asked["command"] == complete["command"]
    assert asked["preview"] == complete["preview"]
    bench.restart()
    bench.wait(5)
    assert told(caplog) == []


def test_a_directive_with_faults(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.directive(drafted(1, "2026-01-05", until="2025-01-01"))
    ((message, fields),) = told(caplog)
    assert (message, fields["directive"], fields["version"]) == ("directive refused", NAME, 1)
    assert fields["reasons"] >= 1


def test_a_preview_that_stays_incomplete(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.directive(drafted(1, "2026-01-05"))
    told(caplog)
    asked = command("PREVIEW_DIRECTIVE", {"directive": NAME, "version": 1})
    bench.command("c-9", asked)
    bench.wait(60)
    ((_, fields),) = told(caplog, "preview incomplete")
    assert (fields["command"], fields["missing"]) == ("c-9", RULES.partitions)


def test_a_batch_is_told_when_it_is_whole_and_not_on_every_receipt(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.desk.on_manifest("b1", manifest(10, "FULL"), 0)
    bench.partial(partial(0, batches=(batch("b1", 4, duplicate=1),)))
    assert told(caplog, "batch") == []
    bench.partial(partial(1, batches=(batch("b1", 4, quarantined=1),)))
    full, whole = told(caplog)
    assert (full[0], full[1]["batch"], full[1]["agency"]) == ("full publication reconciled", "b1", "BPS")
    counts = {"accepted": 8, "duplicate": 1, "quarantined": 1}
    assert whole == ("batch complete", {"batch": "b1", "agency": "BPS", "sent": 10, **counts})
    bench.partial(*(partial(n, batches=(batch("b1", 4 + n),), at=(0, 11, 5)) for n in BOTH))
    assert [message for message, _ in told(caplog, "batch")] == []


def test_a_batch_with_other_records_than_its_manifest_says(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.desk.on_manifest("b1", manifest(2), 0)
    bench.partial(partial(0, batches=(batch("b1", 3),)), partial(1))
    ((message, fields),) = told(caplog, "batch")
    assert (message, fields["batch"], fields["sent"], fields["accepted"]) == ("batch mismatched", "b1", 2, 3)
    bench.partial(partial(0, batches=(batch("b1", 4),), at=(0, 11, 5)))
    assert told(caplog, "batch") == []
    bench.desk.on_manifest("b1", manifest(4), 1)
    bench.partial(partial(1, at=(0, 11, 5)))
    assert [message for message, _ in told(caplog, "batch")] == ["batch complete"]


def test_decisions_on_the_guard_and_on_holds(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    for number in BOTH:
        bench.partial(partial(number, (region("74.71", 2000, 1500),)))
    told(caplog)
    bench.command("c-1", command("SET_GUARD", {"regency": "74.71", "persons": 400}))
    bench.command("c-2", command("DECIDE_HOLDS", {"decision": "REFUSED", "region": "74.71", "person": TOKEN}))
    lines = told(caplog)
    words = [message for message, _ in lines]
    assert words == [
        "guard limit set",
        "guard granted",
        "command answered",
        "hold of one person decided",
        "command answered",
    ]
    assert TOKEN not in str(lines)
    assert (lines[0][1]["region"], lines[0][1]["persons"], lines[1][1]["persons"]) == ("74.71", 400, 400)


def test_a_manifest_of_another_agency_is_no_batch_of_ours(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ContractBroken):
        bench.desk.on_manifest("b1", manifest(2, agency="BPJSTK"), 0)
    bench.partial(partial(0))
    assert told(caplog) == []
