"""Logging switched on for a process: everything goes through one handler."""

import logging
import threading
import warnings

from monitoring.logs import guard_last_resort, switch_on
from tests.monitoring.logs.written import Written, root_as_it_was


def test_lines_of_all_loggers_and_warnings_go_through_it() -> None:
    written = Written("json")
    with root_as_it_was():
        switch_on(written.handler, "INFO")
        logging.getLogger("streams.control").info("ours")
        logging.getLogger("streams.control").debug("too much")
        logging.getLogger("aiokafka.consumer").info("chatter")
        logging.getLogger("aiokafka.consumer").error("theirs")
        logging.getLogger("connectors.kafka.librdkafka").warning("of its client")
        warnings.warn("of Python, 7471010101900000", stacklevel=1)
    said = [(line["logger"], line["message"]) for line in written.objects]
    assert said[:3] == [
        ("streams.control", "ours"),
        ("aiokafka.consumer", "theirs"),
        ("connectors.kafka.librdkafka", "of its client"),
    ]
    assert said[3][0] == "py.warnings"
    assert "7471010101900000" not in written.text


def test_what_ends_a_thread_is_a_line_without_what_it_quotes() -> None:
    written = Written("text")

    def stumble() -> None:
        raise KeyError("rahasia")

    with root_as_it_was():
        switch_on(written.handler, "INFO")
        thread = threading.Thread(target=stumble, name="lag")
        thread.start()
        thread.join()
    (line,) = written.lines
    assert "thread lag has ended" in line
    assert "KeyError in test_switch.py" in line
    assert "rahasia" not in line


def test_a_command_without_logging_masks_all_the_same() -> None:
    guard_last_resort()
    guard_last_resort()
    assert logging.lastResort is not None
    assert len(logging.lastResort.filters) == 1
    record = logging.makeLogRecord({"msg": "person %s", "args": ("7471010101900000",)})
    assert logging.lastResort.filter(record)
    assert "7471010101900000" not in record.getMessage()
