"""The payloads of commands about directives, as the command line and the gateway write them."""

from collections.abc import Iterable, Mapping
from dataclasses import fields

from schemas.directive import DirectiveDocument
from schemas.events import Bounds

Payload = dict[str, object]

BOUNDS = tuple(field.name for field in fields(Bounds))


def of_version(directive: str, version: int) -> Payload:
    """PREVIEW_DIRECTIVE, REVOKE_DIRECTIVE, PAUSE_ROLLOUT and RESUME_ROLLOUT: which version is meant."""
    return {"directive": directive, "version": version}


def what_if(document: str) -> Payload:
    """PREVIEW_DIRECTIVE of a document that was not submitted, YAML or JSON."""
    return {"document": document}


def approval(directive: str, version: int, digest: str, bounds: Mapping[str, int]) -> Payload:
    """APPROVE_DIRECTIVE: the whole digest of the preview that was seen, and every bound."""
    return {"directive": directive, "version": version, "preview": digest, "bounds": dict(bounds)}


def filled_bounds(
    document: DirectiveDocument | None, given: Mapping[str, int | None]
) -> dict[str, int | None]:
    """Every bound: as given, else as the document has it, else ``None``."""
    own = document.bounds.model_dump() if document and document.bounds else {}
    return {name: own.get(name) if given.get(name) is None else given.get(name) for name in BOUNDS}


def missing_bounds(bounds: Mapping[str, int | None]) -> list[str]:
    """Which of them neither the approver nor the document gives."""
    return [name for name in BOUNDS if bounds.get(name) is None]


def beginning_with(digests: Iterable[str], given: str) -> list[str]:
    """The digests a shortened one may stand for, each once."""
    return sorted({digest for digest in digests if digest.startswith(given)})
