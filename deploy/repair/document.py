"""A quarantined record as text a person can mend: the JSON of `jangkau publish`, with remarks."""

import json
from collections.abc import Sequence

from connectors.client.event_json import field_names
from connectors.client.from_json import Line, parse_object
from connectors.client.outlet import EVENT_OF
from deploy.query.quarantine import Original, plain_json
from deploy.view import wording
from deploy.view.quarantine import as_text
from deploy.view.wording import words
from schemas.errors import ContractBroken, InvalidInput
from schemas.events import Quarantined
from schemas.ids import Nik, PersonToken

_REMARK = "#"
_RAW_BYTES = 2_000
_ANY_BATCH = "repair"
"""The publication a record is sent in names its own."""


def document(origin: str, record: Quarantined, original: Original) -> str:
    """What to mend, with what is wrong. Holds personal data as it came."""
    meaning = words(wording.REJECT_REASON, record.reason)
    remarks = [
        f"{origin}: {record.reason}",
        f"{meaning.indonesian} / {meaning.english}",
        *([record.detail] if record.detail else []),
        "Perbaiki, simpan, tutup. / Mend it, save it, close the editor.",
    ]
    if original.value is None:
        remarks.append("The value was null. To erase a person is a command of its own: jangkau erase.")
    elif original.decoded is None:
        remarks += [
            "The value cannot be decoded, fill in what you know; as text it is:",
            as_text(original.value[:_RAW_BYTES]),
        ]
    return "".join(f"{_REMARK} {line}\n" for line in remarks) + _json(record.topic, original)


def with_remarks(text: str, faults: Sequence[str]) -> str:
    """The text with what is still wrong on top, in place of former remarks."""
    body = "".join(line for line in text.splitlines(True) if not _is_remark(line))
    return "".join(f"{_REMARK} ! {line}\n" for fault in faults for line in fault.splitlines()) + body


def read_document(text: str, topic: str, batch: str = _ANY_BATCH) -> Line:
    """Whom it is about and the event, under this batch id. Raises ``InvalidInput`` naming fields, never
    values.
    """
    # A remark leaves its line empty, so that a fault's line is that of the editor.
    bare = "\n".join("" if _is_remark(line) else line for line in text.splitlines())
    try:
        return parse_object(json.loads(bare), topic, batch)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except ContractBroken as broken:
        raise InvalidInput(str(broken)) from None


def _is_remark(line: str) -> bool:
    return line.lstrip().startswith(_REMARK)


def _json(topic: str, original: Original) -> str:
    if original.decoded is None:
        event: dict[str, object] = dict.fromkeys(field_names(EVENT_OF[topic]))
    else:
        event = plain_json(original.decoded)
    event.pop("batch", None)
    about = {_about(original.key): as_text(original.key) if original.key is not None else ""}
    return json.dumps({**about, "event": event}, indent=2) + "\n"


def _about(key: bytes | None) -> str:
    """``nik`` where somebody has sent the number itself for a key."""
    try:
        Nik.parse((key or b"").decode("ascii", "replace"))
    except ContractBroken:
        return "token"
    return "nik"


def token_of(key: bytes | None) -> PersonToken | None:
    """Whom a record is about, if its key says so."""
    try:
        return PersonToken.parse((key or b"").decode("ascii", "replace"))
    except ContractBroken:
        return None
