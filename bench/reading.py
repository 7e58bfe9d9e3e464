"""How fast files of articles are read, beside what their bare library takes for them: CPU time and memory.

`python -m bench.reading FILE...` reads each file of XML, HTML or PDF in a process of its own, once by irkg (structure,
sentences, citations), once by lxml or pypdf alone (all characters, nothing else).
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

from bench.rows import peak


def by_irkg(path: Path) -> int:
    """All that `irkg.reading` does with a file; the number of its characters."""
    from irkg.reading import read_documents

    return sum(len(document.text) for document in read_documents(path))


def by_library(path: Path) -> int:
    """The characters of a file, by lxml or pypdf alone."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if raw.startswith(b"%PDF-"):
        import io

        from pypdf import PdfReader

        return sum(len(page.extract_text()) for page in PdfReader(io.BytesIO(raw)).pages)
    from lxml import etree

    parser = etree.HTMLParser() if ".htm" in path.name else etree.XMLParser(huge_tree=True)
    return sum(len(text) for text in etree.fromstring(raw, parser).itertext())


TOOLS = {"irkg": by_irkg, "library": by_library}


def measure(tool: str, path: Path) -> dict[str, float]:
    """Read a file in this process; return seconds of CPU, characters and the peak of its memory in MB."""
    start = time.process_time()
    characters = TOOLS[tool](path)
    seconds = time.process_time() - start
    return {"seconds": seconds, "characters": characters, "megabytes": peak()}


def main() -> None:
    """Print a row for each file and tool."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--one", choices=TOOLS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.files[0])))
        return
    print("file\ttool\tseconds\tcharacters\tMB of memory")
    for path in given.files:
        for tool in TOOLS:
            command = [sys.executable, "-m", "bench.reading", "--one", tool, str(path)]
            found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            cells = (path.name, tool, f"{found['seconds']:.2f}", found["characters"], f"{found['megabytes']:.0f}")
            print("\t".join(map(str, cells)))


if __name__ == "__main__":
    main()
