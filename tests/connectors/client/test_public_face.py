"""`import jangkau` is enough for agencies and subscribers, and costs nothing until a name is used."""

import subprocess
import sys

import pytest

import jangkau


@pytest.mark.parametrize("name", jangkau.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(jangkau, name).__name__ == name


def test_no_other_name_is() -> None:
    with pytest.raises(AttributeError):
        _ = jangkau.Engine


def test_importing_it_loads_no_library() -> None:
    code = "import jangkau, sys; print(sorted({'confluent_kafka', 'pyarrow', 'numpy'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
