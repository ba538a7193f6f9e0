"""A command to the control plane: written on hub.commands, answered on hub.outcomes."""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from deploy.compose.asking import Asker
from schemas.errors import InvalidInput
from schemas.events import Command, Outcome
from schemas.names import HUB_COMMANDS, HUB_OUTCOMES, CommandKind
from streams.control.personal import text_faults

ANSWER_S = 30.0
"""How long a command waits for its answer, unless it says otherwise."""


def command(
    hub: Asker,
    kind: CommandKind,
    by: str,
    basis: str,
    payload: Mapping[str, object],
    *,
    remedy: str,
    wait_s: float = ANSWER_S,
    waiting: Callable[[], None] | None = None,
) -> Outcome:
    """Have a command carried out. Raises ``InvalidInput`` with every reason if it is refused, and
    ``Retryable`` if the control worker does not answer; it may then still be carried out later.
    """
    check_texts(by=by, basis=basis)
    identity = str(uuid.uuid4())
    asked = Command(kind, by, basis, json.dumps(payload, ensure_ascii=False), datetime.now(UTC))
    outcome = hub.ask(
        HUB_COMMANDS,
        identity,
        asked,
        HUB_OUTCOMES,
        Outcome,
        lambda key, _: key == identity,
        wait_s,
        waiting,
    )
    if outcome.result == "REFUSED":
        raise InvalidInput(
            "\n".join(["ditolak / refused:", *(f"  {reason}" for reason in outcome.reasons)]), remedy=remedy
        )
    return outcome


def check_texts(**texts: str) -> None:
    """Refuse an empty text, and one with a personal number, before it is on a topic that is kept for ever."""
    faults = [fault for name, text in texts.items() for fault in text_faults(name, text)]
    if faults:
        raise InvalidInput("\n".join(["nothing was sent:", *(f"  {fault}" for fault in faults)]))
