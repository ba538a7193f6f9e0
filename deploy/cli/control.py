"""`jangkau control`: the control worker in the foreground."""

import logging

import click

from deploy.connect import find_cluster
from deploy.settings import load_settings

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


@click.command()
def control() -> None:
    """Run the control worker until SIGTERM or Ctrl-C.

    It decides on directives, commands and the business date, adds up regional totals and writes
    receipts. One is enough; a second one does no harm.
    """
    from deploy.compose.control import compose_control

    settings = load_settings()
    _set_up_logging(tracebacks=settings.debug)
    compose_control(settings, find_cluster(settings)).run()


class _WithoutTraceback(logging.Formatter):
    """Faust logs the traceback of whatever ends it, and a traceback may quote data."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_info = record.exc_text = None
        return super().format(record)


class _OnceInAWhile(logging.Filter):
    """Lets the same words through once in ten seconds: without a broker its client repeats them for ever."""

    _EVERY_S = 10.0
    _REMEMBERED = 200

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        words = f"{record.name} {record.getMessage()}"
        fresh = record.created - self._said.get(words, 0.0) >= self._EVERY_S
        if fresh:
            if len(self._said) >= self._REMEMBERED:
                self._said.clear()
            self._said[words] = record.created
        return fresh


def _set_up_logging(*, tracebacks: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORMAT) if tracebacks else _WithoutTraceback(_FORMAT))
    handler.addFilter(_OnceInAWhile())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Of Faust and its clients only what someone may have to act on; our own records say the rest.
    for name in ("faust", "mode", "aiokafka", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
