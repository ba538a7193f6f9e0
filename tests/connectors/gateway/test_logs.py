"""The log of the gateway: one line a request, faults by kind and place, and nobody in it."""

from pathlib import Path

import pytest

from schemas.records import Outgoing
from tests.connectors.gateway.world import World, person, play, problem


def test_a_fault_of_ours_is_told_without_what_was_sent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "rahasia-sekali"

    async def scene(world: World) -> None:
        def breaks(_: Outgoing) -> None:
            raise KeyError(secret)

        world.log.told = [breaks]
        with caplog.at_level("INFO", "gateway"):
            answer = await world.publish(person(source=f"x{secret}"))
        assert (answer.status_code, problem(answer)) == (500, "fault-of-ours")
        assert secret not in answer.text + caplog.text
        assert "unexpected KeyError" in caplog.text
        assert "POST /events 500 " in caplog.text
        assert answer.json()["correlation"] in caplog.text

    play(tmp_path, scene)


def test_a_line_in_the_log_for_each_request_and_nobody_in_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(world: World) -> None:
        own = {**world.bearer(sub="nama-petugas"), "X-Request-Id": "batch-run-17"}
        with caplog.at_level("INFO", "gateway"):
            answer = await world.client.get("/batches/batch-rahasia?x=7471010101900000", headers=own)
            await world.client.get("/7471010101900000", headers=own)
        assert answer.headers["x-request-id"] == "batch-run-17"
        assert "GET /batches/{batch} 422" in caplog.text
        assert "GET none 404" in caplog.text
        for word in ("rahasia", "7471010101900000", "nama-petugas"):
            assert word not in caplog.text
        number = {**own, "X-Request-Id": "7471010101900000-x"}
        assert "7471" not in (await world.client.get("/batches", headers=number)).headers["x-request-id"]

    play(tmp_path, scene)
