"""Commands: written, answered, refused with every reason, never with a personal number on the topic."""

import json

import pytest

from deploy.compose.commanding import command
from schemas.errors import InvalidInput, Retryable
from schemas.events import Command
from schemas.names import HUB_COMMANDS
from schemas.records import TopicPartition
from tests.fakes.answering_control import accepted, asker_of, refused
from tests.fakes.hub_topics import HubTopics


def test_the_answer_to_this_command() -> None:
    hub, control = asker_of(HubTopics())
    payload = {"regency": "74.71", "persons": 4}
    assert command(hub, "SET_GUARD", "dinsos", "BA 3", payload, remedy="") == accepted()
    (asked,) = control.commands
    assert (asked.kind, asked.by, asked.basis) == ("SET_GUARD", "dinsos", "BA 3")
    assert json.loads(asked.payload) == payload


def test_every_reason_to_refuse_is_told() -> None:
    hub, _ = asker_of(HubTopics(), lambda _: refused("by: is the drafter", "bounds.entering: too wide"))
    with pytest.raises(InvalidInput) as caught:
        command(hub, "APPROVE_DIRECTIVE", "x", "y", {}, remedy="do this")
    assert "  by: is the drafter\n  bounds.entering: too wide" in str(caught.value)
    assert caught.value.remedy == "do this"


@pytest.mark.parametrize("texts", [("", "y"), ("x", "  "), ("x", "tentang 7471010101900000")])
def test_what_would_be_refused_for_its_words_is_not_even_written(texts: tuple[str, str]) -> None:
    topics = HubTopics()
    hub, _ = asker_of(topics)
    with pytest.raises(InvalidInput) as caught:
        command(hub, "SET_GUARD", *texts, {}, remedy="")
    assert "7471" not in str(caught.value)
    assert topics.broker.partition(TopicPartition(HUB_COMMANDS, 0)).values == []


def _silent(_: Command) -> None:
    return None


def test_who_waits_is_told_once_and_then_that_nobody_answered() -> None:
    hub, _ = asker_of(HubTopics(), _silent)
    told: list[str] = []
    with pytest.raises(Retryable, match="not answered within 20 s"):
        command(
            hub, "SET_GUARD", "x", "y", {}, remedy="", wait_s=20.0, waiting=lambda: told.append("waiting")
        )
    assert told == ["waiting"]
