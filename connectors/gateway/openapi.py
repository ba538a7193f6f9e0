"""What the OpenAPI document says beside the routes: the events as CloudEvents, and problems."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from connectors.client.event_json import json_schema
from connectors.gateway.cloudevents import BATCHED, LONGEST_ATTRIBUTE, STRUCTURED
from connectors.gateway.problems import PROBLEM_JSON, TITLES
from connectors.gateway.reading import BATCH_ID, DIRECTIVE_ID, KINDS
from connectors.gateway.scopes import DIRECTIVE, MANIFEST, MEMBERSHIP, PERSON_RANKED

Schema = dict[str, Any]

_REF = "#/components/schemas/"
_PERSON = {
    "pattern": "^([0-9]{16}|[0-9a-f]{32})$",
    "description": "NIK or person token",
}
_SUBJECTS: Mapping[str, Schema] = {
    PERSON_RANKED: _PERSON,
    MEMBERSHIP: _PERSON,
    DIRECTIVE: {"pattern": f"^{DIRECTIVE_ID}$", "description": "Directive id"},
    MANIFEST: {"pattern": f"^{BATCH_ID}$", "description": "Batch id"},
}
_FILLED: Mapping[str, tuple[str, ...]] = {
    "BatchManifest": ("agency", "topic", "count", "digest", "window_from", "window_to", "published_at"),
    "DirectiveEvent": ("by", "document"),
}
"""Fields that may be left out, as the gateway knows them."""

EVENTS_BODY: Schema = {
    "required": True,
    "content": {
        STRUCTURED: {"schema": {"$ref": f"{_REF}CloudEvent"}},
        BATCHED: {"schema": {"type": "array", "minItems": 1, "items": {"$ref": f"{_REF}CloudEvent"}}},
    },
}


def problems(*names: str) -> dict[int | str, Schema]:
    """The `responses` of a route: these problems, and those any request can end with."""
    always = ("unauthenticated", "scope-missing", "url-too-long", "too-many-requests", "headers-too-large")
    by_status: dict[int, list[str]] = {}
    for name in (*names, *always, "fault-of-ours", "unavailable"):
        status, title = TITLES[name]
        if title not in by_status.setdefault(status, []):
            by_status[status].append(title)
    found: dict[int | str, Schema] = {}
    for status, titles in sorted(by_status.items()):
        found[status] = {
            "description": "; or: ".join(titles),
            "content": {PROBLEM_JSON: {"schema": {"$ref": f"{_REF}Problem"}}},
        }
        if status in (429, 503):
            found[status]["headers"] = {
                "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}
            }
    return found


def with_body(*names: str) -> dict[int | str, Schema]:
    """The same for routes that read a body."""
    return problems("not-json", "too-slow", "too-large", "media-type", "faults", *names)


def completed(document: Schema) -> Schema:
    """The document with the schemas that no route's signature names."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(_event_schemas())
    schemas["Problem"] = _problem()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def _event_schemas() -> Schema:
    found: Schema = {}
    names = []
    for event_type, kind in KINDS.items():
        found.update(json_schema(kind, f"{_REF}{{model}}"))
        filled = _FILLED.get(kind.__name__, ())
        fields = found[kind.__name__]
        fields["required"] = [name for name in fields["required"] if name not in filled]
        if "batch" in fields["properties"]:
            fields["properties"]["batch"] = {"type": "string", "pattern": f"^{BATCH_ID}$"}
        name = f"{kind.__name__}CloudEvent"
        found[name] = _envelope(event_type, kind.__name__)
        names.append(name)
    found["DirectiveEvent"]["properties"]["document"] = {
        "description": "YAML or JSON text, or the object itself",
        "anyOf": [{"type": "string"}, {"type": "object"}, {"type": "null"}],
    }
    found["CloudEvent"] = {"oneOf": [{"$ref": f"{_REF}{name}"} for name in names]}
    return found


def _envelope(event_type: str, data: str) -> Schema:
    text = {"type": "string", "minLength": 1, "maxLength": LONGEST_ATTRIBUTE}
    return {
        "type": "object",
        "description": "CloudEvents 1.0",
        "required": ["specversion", "id", "source", "type", "subject", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": text,
            "source": {**text, "format": "uri-reference"},
            "type": {"const": event_type},
            "subject": {**text, **_SUBJECTS[event_type]},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"enum": ["application/json"]},
            "dataschema": {"type": "string", "format": "uri"},
            "data": {"$ref": f"{_REF}{data}"},
        },
        "propertyNames": {"pattern": "^[a-z0-9]{1,20}$"},
        "additionalProperties": {"type": ["string", "number", "boolean"]},
    }


def _problem() -> Schema:
    fault = {
        "type": "object",
        "required": ["pointer", "detail"],
        "properties": {
            "pointer": {
                "type": "string",
                "description": "JSON pointer into the body, or a parameter",
            },
            "detail": {"type": "string"},
        },
    }
    return {
        "type": "object",
        "description": "RFC 9457. No member repeats what was sent.",
        "required": ["type", "title", "status", "detail", "correlation"],
        "properties": {
            "type": {"type": "string", "enum": sorted(f"urn:jangkau:problem:{name}" for name in TITLES)},
            "title": {"type": "string"},
            "status": {"type": "integer", "enum": _statuses(status for status, _ in TITLES.values())},
            "detail": {"type": "string"},
            "correlation": {"type": "string", "description": "Finds the request in the log of the gateway"},
            "errors": {"type": "array", "items": fault, "description": "Every fault at once"},
        },
    }


def _statuses(given: Iterable[int]) -> list[int]:
    return sorted({HTTPStatus(status).value for status in given})
