"""Who is let in: only whole, current, signed tokens of the issuer, and through which doors."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from connectors.gateway.jwks import ASK_AGAIN_S, Keys, parse
from connectors.gateway.limits import Limits
from deploy.signing import make_signing_key
from schemas.errors import InvalidInput, Retryable
from tests.connectors.gateway.world import NIK, World, person, play, problem


async def asked(world: World, token: str) -> Any:
    return await world.client.get("/directives", headers={"Authorization": f"Bearer {token}"})


def claims(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    said = {
        "iss": "jangkau",
        "aud": "jangkau-gateway",
        "sub": "petugas",
        "scope": "directives:read",
        "exp": now + timedelta(hours=1),
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def signed(world: World, said: dict[str, Any], **headers: Any) -> str:
    keys = world.folder / "keys"
    kid = json.loads((keys / "gateway.jwks.json").read_text())["keys"][0]["kid"]
    private = (keys / "gateway.pem").read_text()
    return jwt.encode(said, private, algorithm="ES256", headers={"kid": kid, **headers})


def test_a_token_that_holds(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        assert (await asked(world, signed(world, claims()))).status_code == 200
        within_skew = datetime.now(UTC) - timedelta(seconds=20)
        assert (await asked(world, signed(world, claims(exp=within_skew)))).status_code == 200

    play(tmp_path, scene)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": datetime(2026, 1, 1, tzinfo=UTC)},
        {"exp": None},
        {"nbf": datetime(2100, 1, 1, tzinfo=UTC)},
        {"iss": "someone-else"},
        {"iss": None},
        {"aud": "another-service"},
        {"aud": None},
        {"sub": None},
        {"sub": NIK},
        {"sub": " "},
        {"agency": "NOBODY"},
        {"scope": 5},
        {"regions": "74"},
        {"regions": ["7471"]},
        {"types": "x"},
        {"role": "minister"},
        {"role": "agency"},
        {"role": ["viewer"]},
    ],
)
def test_claims_that_do_not_hold(tmp_path: Path, changes: dict[str, Any]) -> None:
    async def scene(world: World) -> None:
        answer = await asked(world, signed(world, claims(**changes)))
        assert (answer.status_code, problem(answer)) == (401, "unauthenticated")
        assert "invalid_token" in answer.headers["WWW-Authenticate"]
        assert NIK not in answer.text

    play(tmp_path, scene)


def test_tokens_that_are_none_of_the_issuer_s(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        good = signed(world, claims())
        header, body, signature = good.split(".")
        unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT","kid":"x"}').rstrip(b"=").decode()
        public = (world.folder / "keys" / "gateway.jwks.json").read_text()
        other = ec.generate_private_key(ec.SECP256R1())
        kid = json.loads(public)["keys"][0]["kid"]
        for token in (
            "",
            "x",
            "a.b.c",
            f"{unsigned}.{body}.",
            f"{header}.{body}.",
            f"{header}.{body}.{signature[:-4]}AAAA",
            jwt.encode(claims(), public * 2, algorithm="HS256", headers={"kid": kid}),
            jwt.encode(claims(), other, algorithm="ES256", headers={"kid": kid}),
            jwt.encode(claims(), other, algorithm="ES256", headers={"kid": "unknown"}),
            jwt.encode(claims(), (world.folder / "keys" / "gateway.pem").read_text(), algorithm="ES256"),
            "x" * 10_000,
        ):
            answer = await asked(world, token)
            assert (answer.status_code, problem(answer)) == (401, "unauthenticated")
        for header_text in (None, "Basic dXNlcjpwYXNz", good):
            headers = {"Authorization": header_text} if header_text else {}
            assert (await world.client.get("/directives", headers=headers)).status_code == 401

    play(tmp_path, scene)


def test_without_a_token_nothing_but_the_document(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        document = (await world.client.get("/openapi.json")).json()
        assert document["openapi"].startswith("3.1")
        for path, routes in document["paths"].items():
            for method in routes:
                answer = await world.client.request(method, path.replace("{", "").replace("}", ""))
                assert answer.status_code == 401, path
        assert (await world.client.get("/docs")).status_code == 401
        assert world.log.records == []

    play(tmp_path, scene)


def test_each_scope_opens_its_own_doors(tmp_path: Path) -> None:
    doors: list[tuple[str, str, str, Any]] = [
        ("events:write", "POST", "/events", None),
        ("receipts:read", "GET", "/batches", None),
        ("receipts:read", "GET", "/batches/x", None),
        ("receipts:read", "GET", f"/receipts/{'0' * 32}", None),
        ("persons:explain", "POST", "/persons/lookup", {"person": NIK, "purpose": "uji"}),
        ("persons:resolve", "POST", "/persons/resolve", {"tokens": ["0" * 32], "purpose": "uji"}),
        ("coverage:read", "GET", "/coverage?region=74", None),
        ("directives:read", "GET", "/directives", None),
        ("directives:read", "GET", "/directives/x", None),
        ("commands:write", "POST", "/commands", {"kind": "SET_GUARD", "basis": "x", "payload": {}}),
        ("commands:write", "POST", "/directives/x/pause", {"version": 1, "basis": "x"}),
        ("hub:read", "GET", "/totals/ID", None),
        ("hub:read", "GET", "/totals/74/trend?directive=x", None),
        ("hub:read", "GET", "/holds", None),
        ("hub:read", "GET", "/hub", None),
        ("hub:read", "GET", "/live", None),
        ("agencies:read", "GET", "/batches?agency=BPJSTK", None),
        ("agencies:read", "GET", "/batches/x?agency=KEMNAKER", None),
    ]

    async def scene(world: World) -> None:
        for scope, method, path, body in doors:
            others = " ".join(each for _, *_ in doors for each in {d[0] for d in doors} - {scope})
            shut = await world.client.request(method, path, json=body, headers=world.bearer(scope=others))
            assert (shut.status_code, problem(shut)) == (403, "scope-missing"), path
            assert shut.json()["scope"] == scope
            assert scope in shut.headers["WWW-Authenticate"]
            opened = await world.client.request(method, path, json=body, headers=world.bearer(scope=scope))
            assert opened.status_code != 403, path

    play(tmp_path, scene)


class Changing:
    """A source of keys that changes, and can be away."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys, self.away, self.reads = list(keys), False, 0

    async def read(self) -> bytes:
        self.reads += 1
        if self.away:
            raise Retryable("away")
        return json.dumps({"keys": self.keys}).encode()


def public(kid: str, algorithm: str = "ES256", **more: Any) -> dict[str, Any]:
    if algorithm == "RS256":
        key = json.loads(RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key()))
    else:
        key = json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key()))
    return {**key, "kid": kid, "alg": algorithm, "use": "sig", **more}


def test_a_new_key_is_found_but_not_asked_for_at_every_guess() -> None:
    async def scene() -> None:
        now = [0.0]
        source = Changing(public("a"))
        keys = Keys(source, lambda: now[0])
        await keys.load()
        for guess in range(50):
            assert await keys.get(f"guess-{guess}") is None
        assert source.reads == 1
        source.keys.append(public("b", "RS256"))
        now[0] += ASK_AGAIN_S
        found = await keys.get("b")
        assert found is not None
        assert (found.algorithm_name, source.reads) == ("RS256", 2)
        source.away = True
        now[0] += 7200
        assert await keys.get("a") is not None, "the last set stays good while its source is away"
        source.away, source.keys = False, [public("c")]
        now[0] += ASK_AGAIN_S
        assert await keys.get("a") is None, "a key that was withdrawn is not taken any more"

    asyncio.run(scene())


def test_keys_that_cannot_be_used_are_passed_over() -> None:
    good = public("good")
    others = [
        public("x", use="enc"),
        {"kty": "oct", "k": "AAAA", "kid": "hs", "alg": "HS256"},
        {"kty": "EC"},
        5,
    ]
    assert set(parse(json.dumps({"keys": [*others, good]}).encode())) == {"good"}
    for text in (b"", b"[]", b'{"keys": 5}', json.dumps({"keys": others}).encode()):
        with pytest.raises(InvalidInput):
            parse(text)


def test_the_key_for_development_is_made_once_and_is_private(tmp_path: Path) -> None:
    key, jwks = tmp_path / "keys" / "gateway.pem", tmp_path / "keys" / "gateway.jwks.json"
    make_signing_key(key, jwks)
    first = key.read_bytes(), jwks.read_bytes()
    make_signing_key(key, jwks)
    assert (key.read_bytes(), jwks.read_bytes()) == first
    assert key.stat().st_mode & 0o077 == 0
    assert b'"d"' not in jwks.read_bytes()


def test_a_sender_that_asks_too_often(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        for _ in range(3):
            assert (await world.publish(person())).status_code == 202
        over = await world.publish(person())
        assert (over.status_code, problem(over)) == (429, "too-many-requests")
        assert int(over.headers["Retry-After"]) >= 1
        assert (await world.publish(person(), sub="orang lain")).status_code == 202

    play(tmp_path, scene, limits=Limits(requests_per_s=0.1, burst=3))
