"""A call that never returns ends its process, and says where it stood; one that returns does not."""

import subprocess
import sys

PROGRAM = """
import time
from connectors.kafka.stuck import ends_if_stuck

for _ in range(3):
    with ends_if_stuck(5.0):
        pass
with ends_if_stuck(0.2):
    {act}
time.sleep(0.5)
print("went on")
"""


def run(act: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", PROGRAM.format(act=act)], capture_output=True, text=True)


def test_a_call_that_never_returns_ends_the_process() -> None:
    done = run("time.sleep(3600)")
    assert (done.returncode, done.stdout) == (1, "")
    assert "most recent call first" in done.stderr


def test_a_call_that_returns_is_nothing() -> None:
    done = run("pass")
    assert (done.returncode, done.stdout) == (0, "went on\n")
