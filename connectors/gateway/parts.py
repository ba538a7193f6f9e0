"""What the routes work with."""

from dataclasses import dataclass

from connectors.gateway.commands import Commands
from connectors.gateway.people import People
from connectors.gateway.ports import Views
from connectors.gateway.publishing import Publishing
from connectors.gateway.receipts import Batches, Directives


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes work with; the composition root makes them."""

    publishing: Publishing
    people: People
    commands: Commands
    batches: Batches
    directives: Directives
    view: Views
    version: str
