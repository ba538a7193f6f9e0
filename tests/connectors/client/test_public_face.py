"""`import jangkau` is enough for agencies and subscribers, and costs nothing until a name is used."""

import subprocess
import sys

import pytest

import jangkau
from jangkau import ContractBroken, Fenced, InvalidInput, JangkauError, Refused, Retryable, SequenceBroken


@pytest.mark.parametrize("name", jangkau.__all__)
def test_every_public_name_is_there(name: str) -> None:
    value = getattr(jangkau, name)
    # A symbol set of the schemas is a Literal, which has no name of its own.
    assert getattr(value, "__name__", name) in (name, "Literal")


def test_no_other_name_is() -> None:
    with pytest.raises(AttributeError):
        getattr(jangkau, "Engine")  # noqa: B009  # mypy knows that there is none


def test_importing_it_loads_no_library() -> None:
    code = "import jangkau, sys; print(sorted({'confluent_kafka', 'pyarrow', 'numpy'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_one_family_of_errors_with_a_remedy() -> None:
    for kind in (InvalidInput, Retryable, Refused, Fenced, SequenceBroken):
        assert issubclass(kind, JangkauError)
        assert kind("what is wrong", remedy="what to do").remedy == "what to do"
    assert issubclass(ContractBroken, JangkauError)
    assert issubclass(SequenceBroken, Refused)
