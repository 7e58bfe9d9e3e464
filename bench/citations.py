"""How many references are found by what a text prints, the links of the same article in JATS being the truth.

`python -m bench.citations FILE...` reads articles in JATS, then the text that irkg renders them as, in which the links
are gone, and compares what each sentence cites.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from irkg.reading import read_documents
from irkg.text import parse


def compared(path: Path) -> tuple[int, int, int]:
    """Return how many references of sentences are right, wrong and missed in the text of a file."""
    right = wrong = missed = 0
    for document in read_documents(path):
        again = {s.span: set(s.citations) for s in parse(document.text, document.source.id).sentences}
        for sentence in document.sentences:
            linked, printed = set(sentence.citations), again.get(sentence.span, set())
            right += len(linked & printed)
            wrong += len(printed - linked)
            missed += len(linked - printed)
    return right, wrong, missed


def main() -> None:
    """Print a row for each file, and their sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    rows = [(path.name, *compared(path)) for path in parser.parse_args().files]
    rows.append(("all", *(sum(row[i] for row in rows) for i in (1, 2, 3))))
    print("file\tright\twrong\tmissed")
    for row in rows:
        print("\t".join(map(str, row)))


if __name__ == "__main__":
    main()
