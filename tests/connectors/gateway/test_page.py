"""The calls on docs/gateway.md are made as they stand there, and the tables are those of the code."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from connectors.console.holds import PERSONS_AT_MOST
from connectors.gateway.problems import TITLES
from connectors.gateway.receipts import RECEIPTS_AT_MOST, REGENCIES_AT_MOST
from connectors.gateway.scopes import EVENT_TYPES, SCOPES
from deploy.cli.token import token
from deploy.settings_gateway import GatewaySettings
from schemas.names import AGENCY_RECEIPTS, BPJS_MEMBERSHIPS, COVERAGE_DIRECTIVES, DTSEN_PERSONS
from tests.connectors.gateway.test_batches import receipt
from tests.connectors.gateway.test_commands import NAME, status
from tests.connectors.gateway.world import World, person, play
from tests.docs.pages import page
from tests.fakes.previews import figures

PAGE = page("docs/gateway.md")


def script() -> Iterator[tuple[str, list[str]]]:
    """Every statement of the page's shell code with the comment before it."""
    for code in PAGE.fences("sh"):
        said = ""
        for block in re.split(r"\n(?=\S)(?![}\]])", code.replace("\\\n", "")):
            if block.startswith("#"):
                said = block
            elif block.strip():
                yield said, shlex.split(block)
                said = ""


async def call(world: World, arguments: list[str], known: dict[str, str]) -> Any:
    """A call of curl, made by the test's own client."""
    words = [re.sub(r"\$([A-Z]+)", lambda name: known[name[1]], word) for word in arguments]
    headers: dict[str, str] = {}
    url, body = "", None
    left = iter(words[1:])
    for word in left:
        if word == "-H":
            name, _, value = next(left).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(left)
        elif word != "-s":
            url = word
    return await world.client.request("GET" if body is None else "POST", url, content=body, headers=headers)


def issued(words: list[str]) -> str:
    """What `NAME=$(jangkau token …)` puts into NAME."""
    assert words[0].endswith("=$(jangkau")
    assert words[1] == "token"
    arguments = [*words[2:-1], words[-1].removesuffix(")")]
    return CliRunner().invoke(token, arguments, catch_exceptions=False).output.strip()


def test_every_call_is_answered_as_it_says(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    made: list[int] = []

    async def scene(world: World) -> None:
        world.hub.homes = {world.hex(): "74.71"}
        world.receive(AGENCY_RECEIPTS, "bps-2026-1", receipt("BPS", DTSEN_PERSONS))
        world.receive(AGENCY_RECEIPTS, "bpjs-1", receipt("BPJSTK", BPJS_MEMBERSHIPS))
        world.receive(COVERAGE_DIRECTIVES, NAME, replace(status(), preview=figures("ab" * 32)))
        known: dict[str, str] = {}
        for said, words in script():
            name, sign, value = words[0].partition("=")
            if sign and value.startswith("$(cat"):
                known[name] = ""
            elif sign:
                known[name] = issued(words)
            else:
                answer = await call(world, words, known)
                assert answer.status_code == int(said[2:5]), (words, answer.text)
                made.append(answer.status_code)

    play(tmp_path, scene)
    assert len(made) == 17


def test_the_answers_that_are_shown_have_the_fields_there_are(tmp_path: Path) -> None:
    shown = [json.loads(code) for code in PAGE.fences("json")]

    async def scene(world: World) -> None:
        taken, refused = await world.publish(person()), await world.publish(person(2, data={"sex": "X"}))
        assert shown[0].keys() == taken.json().keys()
        assert shown[1].keys() == refused.json().keys()

    play(tmp_path, scene)


def test_names_and_limits_are_those_of_the_code() -> None:
    for name in (*SCOPES, *EVENT_TYPES, *TITLES):
        assert f"`{name}`" in PAGE.text, name
    default = GatewaySettings()
    rows = {
        "| body | 2 MiB": default.max_body_bytes == 2 << 20,
        "| events in a request | 1000 |": default.max_events == 1000,
        "| 10 s, 15 s |": (default.header_seconds, default.body_seconds) == (10, 15),
        "| 100 a second, 200 at once |": (default.requests_per_s, default.burst) == (100, 200),
        "| 64 to publish, 64 others, 64 streams |": (default.publishing, default.asking, default.streams)
        == (64, 64, 64),
        "| connections | 512 |": default.connections == 512,
        "the 50,000 touched last": RECEIPTS_AT_MOST == 50_000,
        "500,000 lines by regency": REGENCIES_AT_MOST == 500_000,
        "held persons counted in groups | 500,000": PERSONS_AT_MOST == 500_000,
        "24 hours": default.window_hours == 24,
        "20 million events": default.remembered_events == 20_000_000,
    }
    assert [row for row, holds in rows.items() if not holds or row not in PAGE.text] == []
