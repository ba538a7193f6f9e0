"""The console's files: to anybody, as they are, and nothing beside them."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from connectors.console.files import Pages
from tests.connectors.gateway.world import World, play, problem


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    console, runbooks = tmp_path / "console", tmp_path / "runbooks"
    (console / "js" / "pages").mkdir(parents=True)
    (console / ".git").mkdir()
    runbooks.mkdir()
    for name in (
        "index.html",
        "js/app.js",
        "js/pages/a.js",
        "notes.txt",
        ".hidden.js",
        ".git/x.js",
        "key.pem",
    ):
        (console / name).write_text(f"this is {name}")
    (tmp_path / "secret.js").write_text("outside")
    (console / "link.js").symlink_to(tmp_path / "secret.js")
    (console / "runbooks").mkdir()
    (console / "runbooks" / "x.js").write_text("x")
    for name in ("JangkauProcessDown.id.md", "JangkauProcessDown.md", "README.en.txt"):
        (runbooks / name).write_text(f"this is {name}")
    return Pages(console, runbooks)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("js/app.js", "text/javascript; charset=utf-8"),
        ("js/pages/a.js", "text/javascript; charset=utf-8"),
        ("runbooks/JangkauProcessDown.id.md", "text/markdown; charset=utf-8"),
    ],
)
def test_what_is_there(pages: Pages, path: str, media_type: str) -> None:
    found = pages.find(path)
    assert found is not None
    assert found.media_type == media_type
    assert found.content.decode().endswith((path or "index.html").removeprefix("runbooks/"))


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "js",
        "js/",
        "notes.txt",
        "key.pem",
        ".hidden.js",
        ".git/x.js",
        "../secret.js",
        "js/../../secret.js",
        "js/../app.js",
        "./index.html",
        "/etc/hosts",
        "//index.html",
        "js//app.js",
        "js\\app.js",
        "link.js",
        "index.html\n",
        "index.html\0.js",
        "index.html/",
        "runbooks/",
        "runbooks/x.js",
        "runbooks/JangkauProcessDown.md",
        "runbooks/../index.html",
        "runbooks/README.en.txt",
        "a" * 300 + ".js",
    ],
)
def test_what_is_not(pages: Pages, path: str) -> None:
    assert pages.find(path) is None


def test_a_changed_file_has_another_etag(pages: Pages, tmp_path: Path) -> None:
    first = pages.find("js/app.js")
    assert first is pages.find("js/app.js")
    (tmp_path / "console" / "js" / "app.js").write_text("changed since")
    second = pages.find("js/app.js")
    assert first is not None
    assert second is not None
    assert (second.content, second.etag == first.etag) == (b"changed since", False)


def test_over_http_without_a_token(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        for path in ("/", "/console"):
            away = await world.client.get(path)
            assert (away.status_code, away.headers["location"]) == (307, "/console/")
        page = await world.client.get("/console/")
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
        policy = page.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers.get_list("content-security-policy") == [policy]
        again = await world.client.get("/console/", headers={"If-None-Match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == page.headers["etag"]
        head = await world.client.head("/console/js/app.js")
        assert (head.status_code, head.content) == (200, b"")
        await _nothing_else(world)

    play(tmp_path, scene)


async def _nothing_else(world: World) -> None:
    for path in (
        "/console/../batches",
        "/console/%2e%2e/labels.py",
        "/console/..%2flabels.py",
        "/console/js%2fapp.js",
        "/console/%69ndex.html",
        "/console/index.html%00.js",
        "/console/js/..%5c..%5clabels.py",
        "/console/__init__.py",
    ):
        answer = await _raw(world, path)
        assert (answer.status_code, problem(answer)) == (404, "not-found"), path
    for path in ("/consoles", "/console.js", "/CONSOLE/", "//console/", "/hub", "/console%2f..%2fbatches/"):
        answer = await _raw(world, path)
        assert answer.status_code in (401, 404), path
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors"), (
            path
        )
    refused = await world.client.post("/console/index.html", content=b"x")
    assert (refused.status_code, problem(refused)) == (405, "method-not-allowed")


async def _raw(world: World, path: str) -> httpx.Response:
    """As it is typed: a client would tidy it up."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "root_path": "",
        "scheme": "http",
        "server": ("gateway", 80),
    }
    await world.app(scope, receive, send)
    body = b"".join(each.get("body", b"") for each in sent)
    return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=body)
