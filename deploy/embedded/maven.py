"""Maven, quietly: what is being fetched on one line, and on failure the artifact and the cause."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from deploy.errors import DownloadFailed, NoSpace, ToolMissing

Say = Callable[[str], None]

_FETCHING = re.compile(r"^Downloading from \S+: \S*/(\S+)")
_FETCHED = re.compile(r"^Downloaded from \S+: \S*/(\S+) \(([\d.]+ [kMG]?B)")
_PERCENT = re.compile(r"^Progress \(1\): ([\d.]+)/([\d.]+) MB")
_ERROR = "[ERROR] "
# What Maven says about a failed artifact, from the most to the least telling.
_CAUSES = (
    re.compile(r"Could not (?:transfer|find) artifact (?P<artifact>\S+?):? (?:from/to|in) (?P<cause>.+)"),
    re.compile(r"(?:Plugin|artifact) (?P<artifact>[\w.:-]+) .*?resolved: (?P<cause>.+)"),
)
_WORTH_SAYING_MB = 1.0


def run_maven(pom: Path, folder: Path, say: Say) -> None:
    """Let Maven put the artifacts of `pom` into `folder`; `say` gets a line now and then.

    Raises ToolMissing without Maven, NoSpace, DownloadFailed naming artifact and cause.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise ToolMissing(
            "Maven (mvn) is not installed; it fetches the broker and the registry",
            remedy="`apt-get install maven` or `brew install maven`, then start again",
        )
    argv = [
        maven,
        "--strict-checksums",
        "-Dstyle.color=never",
        "-f",
        str(pom),
        f"-Dfolder={folder}",
        "package",
    ]
    process = subprocess.Popen(
        [*argv, "package"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        assert process.stdout is not None
        errors = _follow(_lines(process.stdout), say)
    finally:
        if process.poll() is None:
            process.terminate()
        code = process.wait()
    if code != 0:
        raise _failure(errors, folder)


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Lines ended by a newline or, as progress is, by a carriage return."""
    rest = b""
    while chunk := stream.read1(65_536):  # type: ignore[attr-defined]
        *lines, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        yield from (line.decode("utf-8", "replace").strip() for line in lines)
    yield rest.decode("utf-8", "replace").strip()


def _follow(lines: Iterator[str], say: Say) -> list[str]:
    errors: list[str] = []
    current, told = "", 0
    for line in lines:
        if line.startswith(_ERROR):
            errors.append(line.removeprefix(_ERROR))
        elif match := _FETCHING.match(line):
            current, told = match[1], 0
        elif match := _PERCENT.match(line):
            done, whole = float(match[1]), float(match[2])
            quarter = int(4 * done / whole) if whole else 0
            if whole >= 20 and quarter > told:
                told = quarter
                say(f"  {current}: {done:.0f} of {whole:.0f} MB")
        elif (match := _FETCHED.match(line)) and _worth_saying(match[2]):
            say(f"  {match[1]} ({match[2]})")
    return errors


def _worth_saying(size: str) -> bool:
    number, unit = size.split()
    return unit in ("MB", "GB") and float(number) >= _WORTH_SAYING_MB


def _failure(errors: list[str], folder: Path) -> DownloadFailed | NoSpace:
    text = " ".join(errors)
    if "No space left on device" in text:
        return NoSpace(folder, "Maven could not write")
    for pattern in _CAUSES:
        for line in errors:
            if match := pattern.search(line):
                cause = match["cause"].split(" -> [Help")[0]
                return DownloadFailed(
                    f"could not fetch {match['artifact']}: {cause}",
                    remedy="check the network and Maven's settings (~/.m2/settings.xml), then start again",
                )
    cause = errors[0].split(" -> [Help")[0] if errors else "no reason given"
    return DownloadFailed(f"Maven failed: {cause}", remedy="mend that, then start again")
