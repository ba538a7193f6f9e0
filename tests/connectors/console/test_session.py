"""Who one is, and what a role opens."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.gateway.world import World, play

VIEWS = {"hub:read", "directives:read"}


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"role": "viewer"}, VIEWS),
        ({"role": "agency", "agency": "BPS"}, VIEWS | {"receipts:read"}),
        ({"role": "programme"}, VIEWS | {"agencies:read", "persons:explain", "coverage:read"}),
        ({"role": "viewer", "scope": "coverage:read"}, VIEWS | {"coverage:read"}),
        ({"scope": "persons:explain"}, {"persons:explain"}),
        ({}, set()),
    ],
)
def test_what_a_token_says(tmp_path: Path, claims: dict[str, Any], scopes: set[str]) -> None:
    async def scene(world: World) -> None:
        said = {"agency": None, "scope": "", "regions": ["74"], **claims}
        answer = await world.client.get("/session", headers=world.bearer(**said))
        assert answer.status_code == 200
        told = answer.json()
        assert set(told["scopes"]) == scopes
        assert (told["role"], told["agency"]) == (claims.get("role"), claims.get("agency"))
        assert (told["subject"], told["regions"]) == ("petugas-uji", ["74"])
        left = datetime.fromisoformat(told["expires_at"]) - datetime.now(UTC)
        assert timedelta(minutes=59) < left <= timedelta(hours=1)

    play(tmp_path, scene)


def test_nobody_is_told_without_a_token(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        assert (await world.client.get("/session")).status_code == 401

    play(tmp_path, scene)
