"""One person on the command line: by NIK or by token."""

import re
import sys

from deploy.settings import Settings
from schemas.errors import ContractBroken, InvalidInput
from schemas.ids import Nik, PersonToken

_TOKEN = re.compile(r"[0-9a-f]{32}")


def read_person(text: str, settings: Settings) -> PersonToken:
    """The token of a person given by token or NIK; ``-`` stands for a line of standard input. Raises
    ``InvalidInput``, not repeating it.
    """
    from schemas.tokens import Tokenizer, TokenKey

    given = (sys.stdin.readline() if text == "-" else text).strip()
    if _TOKEN.fullmatch(given):
        return PersonToken.parse(given)
    try:
        nik = Nik.parse(given)
    except ContractBroken as broken:
        raise InvalidInput(
            f"this is neither a NIK nor a person token: {broken.detail}",
            remedy="a NIK has 16 digits, a person token 32 lower-case hex characters",
        ) from None
    return Tokenizer(TokenKey.read(settings.token_key_file)).token(nik)
