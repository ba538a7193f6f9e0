"""An engine's explanation in words, for whoever asks over HTTP."""

from collections.abc import Sequence

from connectors.console.documents import Documents
from deploy.view.answer import Explanation
from deploy.view.explanation import sentences
from deploy.view.spoken import spoken
from deploy.view.wording import Words
from schemas.directive import DirectiveDocument
from schemas.regions import Regions


class Wording:
    """Says what `jangkau explain` says."""

    def __init__(self, documents: Documents) -> None:
        self._documents, self._regions = documents, Regions.load()

    def sentences(self, explanation: str) -> Sequence[tuple[str, str]]:
        """Indonesian and English; what the agencies' own records add is on the command line only."""
        found = Explanation.parse(explanation)
        return _pairs(sentences(found, self._regions, self._known(found)))

    def spoken(self, explanation: str) -> Sequence[tuple[str, str]]:
        """Said to the person."""
        found = Explanation.parse(explanation)
        return _pairs(spoken(found, self._regions, self._known(found)))

    def name(self, region: str | None) -> str | None:
        """The official name."""
        return self._regions.name(region) if region else None

    def _known(self, found: Explanation) -> dict[tuple[str, int], DirectiveDocument]:
        asked = {(part.directive, part.version) for part in found.directives}
        return {key: document for key in asked if (document := self._documents.get(*key)) is not None}


def _pairs(said: Sequence[Words]) -> Sequence[tuple[str, str]]:
    return [(each.indonesian, each.english) for each in said]
