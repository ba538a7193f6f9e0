"""The registry client: what is kept, and which reaction each answer asks for."""

import json
from collections.abc import Callable

import httpx
import pytest

from schemas.errors import ContractBroken, InvalidInput, JangkauError, Refused, Retryable
from schemas.registry import SchemaRegistry


class Server:
    """Answers what it is told to and remembers what it was asked."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.answer = answer
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer(request)


def client_of(server: Server) -> SchemaRegistry:
    return SchemaRegistry(
        "http://registry/apis/ccompat/v7/", auth=("hub", "secret"), transport=httpx.MockTransport(server)
    )


def test_registering_twice_asks_once() -> None:
    server = Server(lambda request: httpx.Response(200, json={"id": 7}))
    registry = client_of(server)
    assert [registry.register("a/b-value", "{}"), registry.register("a/b-value", "{}")] == [7, 7]
    (request,) = server.asked
    assert request.url.raw_path == b"/apis/ccompat/v7/subjects/a%2Fb-value/versions"
    assert json.loads(request.content) == {"schema": "{}", "schemaType": "AVRO"}
    assert request.headers["authorization"].startswith("Basic ")


def test_a_schema_is_fetched_once() -> None:
    server = Server(lambda request: httpx.Response(200, json={"schema": '"string"'}))
    registry = client_of(server)
    assert registry.schema(3) == registry.schema(3) == '"string"'
    assert len(server.asked) == 1


def test_what_is_not_there() -> None:
    registry = client_of(Server(lambda request: httpx.Response(404, json={"error_code": 40401})))
    with pytest.raises(ContractBroken, match="UNKNOWN_SCHEMA"):
        registry.schema(3)
    assert registry.latest("x-value") is None
    assert registry.compatible("x-value", "{}")


def test_an_unknown_id_may_be_known_later() -> None:
    unknown = httpx.Response(404, json={"error_code": 40403})
    answers = iter([unknown, httpx.Response(200, json={"schema": "{}"})])
    registry = client_of(Server(lambda request: next(answers)))
    with pytest.raises(ContractBroken):
        registry.schema(3)
    assert registry.schema(3) == "{}"


@pytest.mark.parametrize(
    ("status", "reaction"),
    [(500, Retryable), (503, Retryable), (429, Retryable), (409, Refused), (401, Refused), (422, Refused)],
)
def test_reactions(status: int, reaction: type[JangkauError]) -> None:
    registry = client_of(Server(lambda request: httpx.Response(status, json={"message": "because"})))
    with pytest.raises(reaction) as caught:
        registry.register("x-value", "{}")
    assert type(caught.value) is reaction


def test_a_network_that_is_away_and_a_stranger_that_answers() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no", request=request)

    for answer in (refuse, lambda request: httpx.Response(200, text="<html>")):
        with pytest.raises(Retryable):
            client_of(Server(answer)).latest("x-value")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, text="<html>Not Found</html>"),
        httpx.Response(404, json={"message": "no such page"}),
        httpx.Response(200, json=["schema"]),
        httpx.Response(200, content=b'{"schema": "{\\"ty'),
    ],
)
def test_nonsense_does_not_mean_that_a_schema_is_unknown(answer: httpx.Response) -> None:
    """Records would go to quarantine for it."""
    with pytest.raises(Retryable, match="no schema registry"):
        client_of(Server(lambda request: answer)).schema(3)


def test_an_answer_that_cannot_be_unpacked_is_waited_out() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"<html>"))

    with pytest.raises(Retryable, match="DecodingError"):
        client_of(Server(answer)).schema(3)


@pytest.mark.parametrize("url", ["", "localhost:8081", "ftp://registry", "http://", "http://registry:port/"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(InvalidInput, match="URL") as caught:
        SchemaRegistry(url)
    assert "http://registry" in str(caught.value.remedy)


@pytest.mark.parametrize("nonsense", [{}, {"schema": 7, "id": "seven", "is_compatible": "yes"}])
def test_an_answer_without_what_was_asked_is_waited_out(nonsense: dict[str, object]) -> None:
    registry = client_of(Server(lambda request: httpx.Response(200, json=nonsense)))
    asked: list[Callable[[], object]] = [
        lambda: registry.schema(3),
        lambda: registry.register("x-value", "{}"),
        lambda: registry.latest("x-value"),
        lambda: registry.compatible("x-value", "{}"),
    ]
    for ask in asked:
        with pytest.raises(Retryable, match="no schema registry"):
            ask()
