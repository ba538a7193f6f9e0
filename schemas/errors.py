"""One family of errors, named for the reaction each asks of its caller."""


class JangkauError(Exception):
    """Base of every error this product raises on purpose.

    ``remedy`` says what the reader can do about it; the command line prints it below the message.
    Neither text may hold personal data.
    """

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.remedy = remedy


class ContractBroken(JangkauError):
    """One record cannot be used as it came: quarantine it and go on.

    ``reason`` is a symbol of the ``RejectReason`` enum; ``detail`` names fields, never values.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class InvalidInput(JangkauError):
    """What a person or a file gave is wrong: say what and how to mend it; nothing was changed."""


class Retryable(JangkauError):
    """The outside is not there for now: wait, try again, and say so."""


class TransactionAborted(JangkauError):
    """The transaction must be aborted; memory goes back to before it and the work is done again."""


class Fenced(JangkauError):
    """Another process has taken over this identity: leave at once, the supervisor starts anew."""


class Refused(JangkauError):
    """Going on could publish something wrong: stop and say what an operator must decide."""
