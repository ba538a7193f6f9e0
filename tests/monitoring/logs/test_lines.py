"""A line as text and as JSON: what is in it, and what never is."""

import json
import logging
import re
from datetime import UTC, date, datetime

import pytest

from monitoring.logs import LogForm, correlated, told_words
from schemas.errors import Retryable
from tests.monitoring.logs.written import Written

_FORMS: tuple[LogForm, ...] = ("text", "json")
both_forms = pytest.mark.parametrize("form", _FORMS)


def test_a_line_of_json_has_all_there_is_to_say() -> None:
    written = Written("json")
    before = datetime.now(UTC)
    given = {"partition": 3, "rows": 1200, "seconds": 0.25, "business_date": date(2026, 1, 5), "state": None}
    written.log.info("partition %s", "restored", extra=given)
    (line,) = written.objects
    told = datetime.fromisoformat(line.pop("time"))
    assert abs((told - before).total_seconds()) < 60
    assert line == {
        "level": "INFO",
        "process": "engine-0",
        "logger": "streams.engine",
        "message": "partition restored",
        "partition": 3,
        "rows": 1200,
        "seconds": 0.25,
        "business_date": "2026-01-05",
    }


def test_a_line_of_text_can_be_read_and_searched() -> None:
    written = Written("text")
    written.log.warning("batch mismatched", extra={"batch": "BPS-2026Q1", "remedy": 'say "again"', "sent": 3})
    (line,) = written.lines
    stamp, _, rest = line.partition(" ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", stamp)
    fields = r'batch=BPS-2026Q1 remedy="say \"again\"" sent=3'
    assert rest == f"WARNING engine-0 streams.engine batch mismatched  {fields}"


@both_forms
def test_what_is_no_field_is_not_written(form: LogForm) -> None:
    written = Written(form)
    written.log.info("x", extra={"color_message": "of uvicorn", "partition": 1})
    assert "uvicorn" not in written.text
    assert "partition" in written.text


@both_forms
def test_one_record_is_one_line_whatever_is_in_it(form: LogForm) -> None:
    written = Written(form)
    evil = "b\n2026-01-05T00:00:00.000+00:00 INFO control forged\x1b[2J\u2028"
    written.log.info("batch %s", evil, extra={"batch": evil})
    assert len(written.lines) == 1
    assert "\x1b" not in written.text


def test_text_of_any_kind_is_whole_again_when_json_is_read() -> None:
    written = Written("json")
    said = 'Kabupaten "Kolaka" \\ Timur – é \t 😀 \ud800'
    written.log.info("%s", said, extra={"batch": said})
    (line,) = written.objects
    whole = said.replace("\ud800", "\\ud800")
    assert (line["message"], line["batch"]) == (whole, whole)


@both_forms
def test_ids_of_a_block_are_on_every_line_within_it(form: LogForm) -> None:
    written = Written(form)
    with correlated(request="r-1"):
        written.log.info("outer")
        with correlated(command="c-1"):
            written.log.info("inner", extra={"request": "its own"})
    written.log.info("after")
    outer, inner, after = written.lines
    assert "r-1" in outer
    assert "c-1" not in outer
    assert "c-1" in inner
    assert "its own" in inner
    assert "request" not in after


def _stumble() -> None:
    raise KeyError("rahasia")


@both_forms
def test_an_exception_is_told_by_kind_and_place_without_what_it_quotes(form: LogForm) -> None:
    written = Written(form)
    try:
        _stumble()
    except KeyError as error:
        written.log.exception("crashed: %r", error)
    assert len(written.lines) == 1
    assert "rahasia" not in written.text
    assert re.search(r"KeyError in test_lines\.py, line \d+", written.text)
    assert "crashed: KeyError" in written.text


@both_forms
def test_debugging_shows_the_traceback_and_what_it_quotes(form: LogForm) -> None:
    written = Written(form, tracebacks=True)
    try:
        _stumble()
    except KeyError as error:
        written.log.exception("crashed: %r", error)
    assert "Traceback (most recent call last)" in written.text
    assert "rahasia" in written.text
    if form == "json":
        assert "_stumble" in written.objects[0]["traceback"]


@both_forms
def test_errors_of_our_own_are_told_in_their_words(form: LogForm) -> None:
    written = Written(form)
    written.log.warning("waiting: %s", Retryable("Kafka is away"))
    written.log.warning("waiting: %s", OSError(111, "Connection refused"))
    assert "waiting: Kafka is away" in written.text
    assert "Connection refused" in written.text


@both_forms
def test_a_line_that_cannot_be_put_together_says_so(form: LogForm) -> None:
    written = Written(form)
    written.log.info("%d persons", "seventy")
    (line,) = written.lines
    assert "cannot be put together: TypeError" in line
    assert "seventy" not in line


@both_forms
def test_a_line_that_cannot_be_written_is_told_without_its_arguments(
    form: LogForm, capsys: pytest.CaptureFixture[str]
) -> None:
    class Unsayable:
        def __str__(self) -> str:
            raise RuntimeError("rahasia")

    written = Written(form)
    written.log.info("x", extra={"batch": Unsayable()})
    assert "rahasia" not in written.text + "".join(capsys.readouterr())


@both_forms
def test_the_same_words_are_written_once_in_a_while(form: LogForm) -> None:
    written = Written(form)

    def say(at: float, count: int = 1) -> None:
        record = written.log.makeRecord("aiokafka", logging.ERROR, "x.py", 1, "no broker", (), None)
        record.created, record.count = at, count
        written.log.handle(record)

    for at in (100.0, 101.0, 109.9, 110.0, 115.0):
        say(at)
    assert len(written.lines) == 2
    say(116.0, count=2)
    assert len(written.lines) == 3


@both_forms
def test_the_command_that_started_a_hub_reads_what_is_said_to_it(form: LogForm) -> None:
    written = Written(form)
    with correlated(child="control", restarts=1):
        written.log.info("control was killed by signal 9; starting it again in 0.5 s")
    written.log.error("not for the screen")
    words = [told_words(line, "streams.engine") for line in written.lines]
    assert words == ["control was killed by signal 9; starting it again in 0.5 s", None]
    assert [told_words(line, "hub") for line in written.lines] == [None, None]
    assert told_words("Traceback (most recent call last):", "hub") is None
    assert told_words('{"level": "INFO"', "hub") is None


def test_numbers_stay_numbers() -> None:
    written = Written("json")
    written.log.info("x", extra={"count": 7, "found": True, "seconds": 1.5})
    assert '"count":7,"found":true,"seconds":1.5' in written.text
    assert json.loads(written.text)["found"] is True
