"""Tokens: the same in every language, back only with the key, never a NIK in a message."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import ContractBroken, InvalidInput
from schemas.ids import Nik, PersonToken
from schemas.tokens import Tokenizer, TokenKey, hex_keys

KEY = TokenKey(bytes(range(32)))
NIKS = st.from_regex(r"[0-9]{12}0000", fullmatch=True)
DOCS = Path(__file__).parents[2] / "docs" / "tokens.md"


def documented_vectors() -> list[tuple[str, str]]:
    return re.findall(r"^\| `([0-9]{16})` \| `([0-9a-f]{32})` \|", DOCS.read_text(), re.MULTILINE)


def test_a_token_that_opens_to_no_digits() -> None:
    # The AES-256 example of FIPS-197, appendix C.3: its plain text is 00112233..., which is no NIK.
    token = PersonToken(bytes.fromhex("8ea2b7ca516745bfeafc49904b496089"))
    with pytest.raises(ContractBroken):
        Tokenizer(KEY).nik(token)


def test_documented_vectors() -> None:
    vectors = documented_vectors()
    assert len(vectors) >= 3
    for nik, token in vectors:
        assert Tokenizer(KEY).token(Nik.parse(nik)).hex == token


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_documented_openssl_line() -> None:
    text = DOCS.read_text()
    (line,) = re.findall(r"^(printf .*openssl enc .*)$", text, re.MULTILINE)
    (expected,) = re.findall(r"^([0-9a-f]{32})$", text, re.MULTILINE)
    # The last stage of the pipe, xxd, only prints hex and is not installed everywhere.
    command = line.rsplit("|", 1)[0]
    assert subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout.hex() == expected


@given(st.lists(NIKS, max_size=40))
def test_batches_equal_single_tokens_and_come_back(niks: list[str]) -> None:
    tokenizer = Tokenizer(KEY)
    expected = [tokenizer.token(Nik.parse(nik)).hex.encode() for nik in niks]
    assert hex_keys(tokenizer.tokens(niks)) == expected
    assert hex_keys(tokenizer.tokens(pa.array(niks, pa.string()))) == expected
    assert [tokenizer.nik(PersonToken.parse(key.decode())).reveal() for key in expected] == niks


def test_a_slice_of_a_column() -> None:
    niks = [f"{n:012d}0000" for n in range(10)]
    tokenizer = Tokenizer(KEY)
    assert np.array_equal(tokenizer.tokens(pa.array(niks)[3:7]), tokenizer.tokens(niks[3:7]))


@pytest.mark.parametrize(
    "bad", ["747101010190000", "74710101019000000", "7471010101900o00", "７４71010101900000", ""]
)
def test_the_first_fault_is_named_without_its_text(bad: str) -> None:
    good = "7471010101900000"
    for niks in ([good, bad, good], pa.array([good, bad, good])):
        with pytest.raises(ContractBroken, match="position 1") as caught:
            Tokenizer(KEY).tokens(niks)
        assert caught.value.reason == "INVALID_NIK"
        assert not bad or bad not in str(caught.value)


def test_a_null_is_a_fault() -> None:
    with pytest.raises(ContractBroken, match="position 0"):
        Tokenizer(KEY).tokens(pa.array([None], pa.string()))


def test_two_faults_that_cancel_out() -> None:
    with pytest.raises(ContractBroken):
        Tokenizer(KEY).tokens(["747101010190000", "74710101019000000"])


def test_another_key_does_not_open() -> None:
    token = Tokenizer(KEY).token(Nik.parse("7471010101900000"))
    with pytest.raises(ContractBroken, match="not made with this key"):
        Tokenizer(TokenKey(bytes(32))).nik(token)


def test_key_file(tmp_path: Path) -> None:
    path = tmp_path / "token.key"
    key = TokenKey.generate(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert TokenKey.read(path) == key
    assert key.raw.hex() not in repr(key) + repr(Tokenizer(key))
    with pytest.raises(InvalidInput, match="exists already"):
        TokenKey.generate(path)
    path.chmod(0o644)
    with pytest.raises(InvalidInput, match="read by others"):
        TokenKey.read(path)


@pytest.mark.parametrize("content", [b"", b"00" * 31, b"zz" * 32, b"\xff" * 64])
def test_a_malformed_key_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(InvalidInput, match="is not a key"):
        TokenKey.read(path)


def test_a_missing_key_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        TokenKey.read(tmp_path / "none")


@pytest.mark.parametrize("mangled", [7471010101900000, 7.4710101019e15, None, b"7471010101900000"])
def test_a_nik_that_is_no_text_is_refused_without_showing_it(mangled: Any) -> None:
    for attempt in (
        lambda: Nik.parse(mangled),
        lambda: Tokenizer(KEY).tokens(["7471010101900000", mangled]),
    ):
        with pytest.raises((InvalidInput, ContractBroken)) as caught:
            attempt()
        said = f"{caught.value} {caught.value.remedy}"
        assert "74710101" not in said
        assert "7.47" not in said
    if mangled is not None:
        with pytest.raises(InvalidInput, match="at position 1: a NIK is text of 16 digits"):
            Tokenizer(KEY).tokens(["7471010101900000", mangled])


def test_a_column_of_numbers_is_refused() -> None:
    with pytest.raises(InvalidInput, match="position 0"):
        Tokenizer(KEY).tokens(pa.array([7471010101900000], pa.int64()))
    with pytest.raises(InvalidInput, match="position 0"):
        Tokenizer(KEY).tokens(pa.array([7.4710101019e15], pa.float64()))


@given(st.lists(NIKS, max_size=30))
def test_many_tokens_open_as_one_by_one(niks: list[str]) -> None:
    tokenizer = Tokenizer(KEY)
    assert tokenizer.niks(tokenizer.tokens(niks)).to_pylist() == niks


def test_among_many_a_token_of_another_key_opens_to_nothing() -> None:
    nik = "7471010101900000"
    tokens = np.concatenate([Tokenizer(KEY).tokens([nik]), Tokenizer(TokenKey(bytes(32))).tokens([nik])])
    assert Tokenizer(KEY).niks(tokens).to_pylist() == [nik, None]
