"""The end of the demo in words: what was checked, what came of it, and what to try next."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.cluster import Cluster
from deploy.demo.check import Finding
from deploy.view.numbers import count
from schemas.events import BatchReceipt
from schemas.names import COVERAGE_PERSONS, RECORD_CLASSES

_QUERY = "SELECT status, count(*) FROM '{}/recorded/coverage/*.parquet' GROUP BY ALL"
_CITY = "74.71"
"""Kota Kendari, the city of the demo's province."""
_CLASS_NAMES = {
    "accepted": "diterima/accepted",
    "duplicate": "ganda/duplicate",
    "stale": "usang/stale",
    "conflict": "bertentangan/conflict",
    "quarantined": "karantina/quarantined",
    "erased": "dihapus/erased",
}


def check_lines(findings: Sequence[Finding]) -> list[str]:
    """One line a check: over how many, how many wrong; and examples of what is wrong."""
    lines = ["Pemeriksaan dalam SQL terhadap buku besar / Checked in SQL against the ledger:"]
    for finding in findings:
        mark = "✓" if finding.wrong == 0 else "✗"
        checked = f"{count(finding.checked):>10}"
        lines.append(f"  {mark} {checked}  {count(finding.wrong):>6} salah/wrong  {finding.title}")
        lines += [f"      {example}" for example in finding.examples]
    wrong = sum(finding.wrong for finding in findings)
    lines.append(
        "Semua benar. / Everything is right."
        if wrong == 0
        else f"{count(wrong)} salah. / {count(wrong)} wrong."
    )
    return lines


def receipt_lines(receipts: Mapping[str, BatchReceipt], quarantined: Counter[str]) -> list[str]:
    """What became of everything that was published."""
    sums = {name: sum(getattr(each, name) for each in receipts.values()) for name in RECORD_CLASSES}
    parts = [f"{_CLASS_NAMES[name]} {count(number)}" for name, number in sums.items() if number]
    lines = [
        f"{count(sum(sums.values()))} catatan/records, {count(len(receipts))} batch: " + ", ".join(parts)
    ]
    if quarantined:
        reasons = ", ".join(f"{reason} {count(number)}" for reason, number in sorted(quarantined.items()))
        lines.append(f"Karantina/quarantine: {reasons}")
    return lines


def next_lines(cluster: Cluster, folder: Path, gap: str | None, *, running: bool) -> list[str]:
    """What to try next; commands that work as they stand."""
    jangkau = _command()
    filled = "" if running else f"{jangkau} sink --once    "  # a hub that runs fills it by itself
    lines = ["", "Selanjutnya / What to try next:", f"  export JANGKAU_DATA_DIR={folder}"]
    if not running:
        lines.append(f"  {jangkau} up    # hub ini lagi / this hub again, with all it knows")
    commands = ("console", "watch", "status", "batch list", "quarantine list")
    lines += [f"  {jangkau} {command}" for command in commands]
    if gap is not None:
        lines.append(f'  {jangkau} explain {gap} --purpose "mencoba demo"')
    lines += [
        f"  {jangkau} export gaps --region {_CITY} --format csv --output -"
        "    # daftar belum terlindungi / who is not covered",
        f"  {filled}# tampilan SQL / the view in SQL: {folder}/view.sqlite, docs/sql.md",
        f'  curl -s "$(cat {folder}/gateway/url)/coverage?region={_CITY}&status=GAP&limit=2" '
        f'-H "Authorization: Bearer $({jangkau} token --scope coverage:read --region {_CITY})"',
        f"  kcat -C -e -b {cluster.bootstrap_servers} -t {COVERAGE_PERSONS} -c 3 -f '%k %p %o %S\\n'"
        f"    # dengan/with Avro: -s value=avro -r {cluster.registry_url}",
        f'  {_beside("python")} -c "import duckdb; duckdb.sql(\\"{_QUERY.format(folder)}\\").show()"',
        f"  Data: {folder} (ledger/ yang benar/what is true, recorded/ yang terbit/what was published)",
    ]
    if running:
        lines.append(f"  {jangkau} down    # hentikan hub / stop the hub")
    return lines


def _command() -> str:
    """How this machine's shell finds the command: by its name, or by its place in the virtual environment."""
    return "jangkau" if shutil.which("jangkau") else _beside("jangkau")


def _beside(program: str) -> str:
    """A program of the virtual environment this runs in."""
    return os.path.relpath(Path(sys.executable).with_name(program))
