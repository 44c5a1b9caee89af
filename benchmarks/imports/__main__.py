"""Memory and time of importing an Apple Health export: `python -m benchmarks.imports [MEGABYTES]`.

The limit for memory is 300 MB, whatever the size. Time is told as a ratio to what expat alone takes for the
same bytes, with handlers that do nothing: the least any reader in Python can take.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Final
from xml.parsers import expat

from benchmarks.imports.apple_export import write_export
from local.people.apple_health import AppleHealthReader

_BYTES_A_DAY: Final = 231_000
_YEARS: Final = 10 * 365
_LIMIT: Final = 300


def main() -> None:
    """Write an export, import it in a process of its own, and print the figures."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export.xml"
        with file.open("w", encoding="utf-8") as out:
            # Ten years at the most; what is missing to the size is heart rate.
            days = min(_YEARS, max(1, megabytes * 1_000_000 // _BYTES_A_DAY))
            beats = 250 + max(0, megabytes * 1_000_000 - days * _BYTES_A_DAY) // (390 * days)
            write_export(out, date(2025, 3, 31), days, beats=beats)
        answer = subprocess.run(  # noqa: S603 - this file, on a file of its own
            [sys.executable, "-m", "benchmarks.imports.__main__", "--measure", str(file)],
            check=True,
            capture_output=True,
            text=True,
        )
        figures = json.loads(answer.stdout)
        size = file.stat().st_size / 1e6
    print(f"{size:,.0f} MB, {days} days, {figures['records']:,} records kept")
    print(f"peak memory {figures['megabytes']:.0f} MB; limit {_LIMIT} MB")
    ratio = figures["seconds"] / figures["floor"]
    print(f"{figures['seconds']:.1f} s, {ratio:.1f} times expat alone ({size / figures['seconds']:.1f} MB/s)")


def measure(file: Path) -> None:
    """Import ``file``, and print what it took as JSON."""
    began = time.process_time()
    records = AppleHealthReader(file).records("anna")
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(
        json.dumps(
            {"records": len(records.biomarkers), "megabytes": peak, "seconds": seconds, "floor": _bare_parse(file)}
        )
    )


def _bare_parse(file: Path) -> float:
    began = time.process_time()
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.EndElementHandler = lambda _name: None
    with file.open("rb") as stream:
        parser.ParseFile(stream)
    return time.process_time() - began


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        main()
