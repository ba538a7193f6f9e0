"""What the ministry does in the demo: a directive seen before it acts, and a careless one that is caught."""

import json

from deploy.demo.player import Player
from deploy.demo.screen import Screen
from deploy.demo.settling import Settling
from deploy.view.preview import summary, tight_bounds
from schemas.directive import DirectiveDocument, parse_directive
from schemas.errors import JangkauError, Refused
from schemas.events import Bounds

_WIDER = "perluasan-desil-6"
_MEANT_DECILES, _MISTYPED_DECILES = range(1, 7), range(1, 10)


class NotCaught(JangkauError):
    """A directive outside its bounds was approved."""


class Ministry:
    """Drafts, looks at what a draft would do, approves."""

    def __init__(self, player: Player, settling: Settling, screen: Screen) -> None:
        self._player, self._settling, self._screen = player, settling, screen

    def bring_into_force(self, document: DirectiveDocument) -> None:
        """Draft, preview, approve within what the preview says, and wait until it decides."""
        self._draft(document)
        figures = self._player.preview(document).figures
        self._screen.say(f"Pratinjau/preview {document.id}: {summary(figures)}")
        self._player.approve(document, figures.digest, tight_bounds(figures))
        self._settling.directive(document.id, "IN_FORCE")

    def mistype(self, document: DirectiveDocument) -> None:
        """A draft for deciles 1 to 6, in which somebody wrote 1 to 9: its own bounds refuse it.

        Raises ``NotCaught`` if they do not.
        """
        meant = _with_deciles(document, _MEANT_DECILES, None)
        bounds = tight_bounds(self._player.what_if(meant).figures)
        draft = _with_deciles(document, _MISTYPED_DECILES, bounds)
        self._draft(draft)
        figures = self._player.preview(draft).figures
        self._screen.say(
            f"Salah ketik desil 1-9 alih-alih 1-6 / deciles 1-9 mistyped for 1-6: {summary(figures)}"
        )
        try:
            self._player.approve(draft, figures.digest, bounds)
        except Refused as refused:
            self._screen.say(f"  tertangkap oleh batasnya / caught by its bounds: {refused}")
            return
        raise NotCaught(f"{draft.id} lies outside its bounds and was approved all the same")

    def _draft(self, document: DirectiveDocument) -> None:
        self._player.announce(document)
        self._settling.directive(document.id, "DRAFTED")


def _with_deciles(document: DirectiveDocument, deciles: range, bounds: Bounds | None) -> DirectiveDocument:
    plain = json.loads(document.canonical_json())
    plain |= {"id": _WIDER, "title": "Perluasan sampai desil 6", "targets": []}
    plain["means"]["welfare"]["deciles"] = list(deciles)
    plain["bounds"] = None if bounds is None else bounds.to_record()
    return parse_directive(json.dumps(plain))
