"""What directives say in their documents, read once for each version."""

from dataclasses import dataclass, field

from connectors.gateway.receipts import Directives
from schemas.directive import DirectiveDocument
from schemas.errors import InvalidInput

_KEPT_AT_MOST = 1_000


@dataclass
class Documents:
    """The documents that coverage.directives carries."""

    directives: Directives
    _read: dict[str, DirectiveDocument | None] = field(default_factory=dict)

    def get(self, directive: str, version: int) -> DirectiveDocument | None:
        """One version's; ``None`` if it is not known, or cannot be read."""
        status = self.directives.get(directive, version)
        if status is None or status.document is None:
            return None
        if status.document not in self._read:
            if len(self._read) >= _KEPT_AT_MOST:
                self._read.clear()
            self._read[status.document] = _parsed(status.document)
        return self._read[status.document]


def _parsed(text: str) -> DirectiveDocument | None:
    try:
        return DirectiveDocument.from_json(text)
    except InvalidInput:
        return None
