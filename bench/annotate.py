"""How fast names are found in texts: irkg beside flashtext2 and spaCy's PhraseMatcher, CPU time of one core.

`python -m bench.annotate ONTOLOGY... --texts FOLDER [--names 100000]` takes the first names of some ontologies and
the `.txt` files of a folder. Each tool runs in a process of its own, so that its memory can be told: the
peak of all that the process has, the terms too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.rows import peak
from irkg.annotate.terms import Terminology, read_terminology

ROUNDS = 5


def terms_with(paths: list[Path], names: int) -> Terminology:
    """Return the first terms of some ontologies, up to a number of names."""
    kept = {}
    count = 0
    for path in paths:
        for term in read_terminology(path).terms.values():
            if term.id not in kept and count < names:
                kept[term.id] = term
                count += len(term.names)
    return Terminology.of(kept.values())


def irkg_annotate(terms: Terminology) -> Callable[[str], int]:
    """All that `irkg annotate` does with a text: forms of names, abbreviations, what the document names."""
    from irkg.annotate import Matcher, annotate_text

    matcher = Matcher(terms)
    return lambda text: len(annotate_text(text, matcher))


def irkg_names(terms: Terminology) -> Callable[[str], int]:
    """The same names in the same forms, each text by itself: what the peers do."""
    from irkg.annotate.folding import fold
    from irkg.annotate.matcher import Matcher, longest

    matcher = Matcher(terms)
    return lambda text: len(longest(matcher.candidates(fold(text))))


def flashtext2(terms: Terminology) -> Callable[[str], int]:
    """flashtext2: whole words, case folded, no other forms."""
    from flashtext2 import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=False)
    for term in terms.terms.values():
        for name in term.names:
            processor.add_keyword(name.text, term.id)
    return lambda text: len(processor.extract_keywords_with_span(text))


def spacy_phrases(terms: Terminology) -> Callable[[str], int]:
    """The PhraseMatcher of spaCy on lower-case words, with the tokenizer that it needs."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    nlp.max_length = 10**8
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for term in terms.terms.values():
        matcher.add(term.id, [nlp.make_doc(name.text) for name in term.names])
    return lambda text: len(matcher(nlp.make_doc(text)))


TOOLS = {f.__name__: f for f in (irkg_annotate, irkg_names, flashtext2, spacy_phrases)}


def measure(tool: str, terms: Terminology, texts: list[str]) -> dict[str, float]:
    """Return CPU seconds to build, MB of text a CPU second (median of rounds), what is found, the peak of MB."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    start = time.process_time()
    find = TOOLS[tool](terms)
    built = time.process_time() - start
    speeds = []
    for text in texts[: len(texts) // 10]:  # to warm up
        find(text)
    for _ in range(ROUNDS):
        start = time.process_time()
        found = sum(map(find, texts))
        speeds.append(size / (time.process_time() - start))
    return {"build": built, "median": sorted(speeds)[ROUNDS // 2], "best": max(speeds), "found": found, "MB": peak()}


def main() -> None:
    """Measure all tools, or one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ontologies", nargs="+", type=Path)
    parser.add_argument("--texts", required=True, type=Path)
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--tool", choices=TOOLS)
    given = parser.parse_args()
    if given.tool:
        terms = terms_with(given.ontologies, given.names)
        texts = [p.read_bytes().decode() for p in sorted(given.texts.glob("*.txt"))]
        print(json.dumps(measure(given.tool, terms, texts)))
        return
    print(f"{'tool':<15}{'build s':>9}{'MB/s':>8}{'best':>8}{'found':>9}{'memory MB':>11}")
    for tool in TOOLS:
        words = [sys.executable, "-m", "bench.annotate", *sys.argv[1:], "--tool", tool]
        row = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
        speed = f"{row['median']:>8.1f}{row['best']:>8.1f}"
        print(f"{tool:<15}{row['build']:>9.1f}{speed}{row['found']:>9.0f}{row['MB']:>11.0f}", flush=True)


if __name__ == "__main__":
    main()
