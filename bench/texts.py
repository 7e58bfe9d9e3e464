"""Filling from abstracts, and finding names, beside spaCy and flashtext2."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from bench import annotate, fill
from bench.rows import Row, in_fresh_process
from irkg.annotate.terms import Name, Term, Terminology
from irkg.lexicon import shipped_lexicon
from irkg.text import parse

_SYLLABLES = "ka ro mi ten lo fer da vin sul pho gly cer ox am ide ne bra to zu pel".split()


def _with_two(share: float) -> str:
    return f"abstracts, {share:.0%} with two names"


TYPICAL = _with_two(fill.TYPICAL)
"""The work that stands for real abstracts."""


def filled(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """Invented abstracts, with two names in as many sentences as real ones have; loading is left out of the time."""
    del room
    for size in sizes:
        yield _filled(size, fill.TYPICAL, rounds)
    for share in fill.SHARES:
        if share != fill.TYPICAL:
            yield _filled(sizes[-1], share, rounds)


def _filled(size: int, share: float, rounds: int) -> Row:
    ways = {"irkg": "irkg fill", "spaCy, all sentences": "en_core_web_sm as loaded"}
    texts = list(fill.abstracts(size, share, shipped_lexicon()))
    sentences, two = fill.named((parse(text, "x") for text in texts), shipped_lexicon())
    found = [{tool: in_fresh_process(fill.measure, way, texts) for tool, way in ways.items()} for _ in range(rounds)]
    seconds = {tool: median(f[tool][0] for f in found) for tool in ways}
    peaks = {tool: max(f[tool][2] for f in found) for tool in ways}
    parsed = found[0]["irkg"][1]
    said = f"{size / seconds['irkg']:.0f} documents/s; {two} of {sentences} sentences hold two names, {parsed} parsed"
    return Row("fill", _with_two(share), size, "documents", seconds, peaks, said)


def names(count: int) -> Terminology:
    """Return terms with so many invented names of one to three words."""
    dice = random.Random(count)

    def word() -> str:
        return "".join(dice.choice(_SYLLABLES) for _ in range(dice.randint(2, 4)))

    made = {" ".join(word() for _ in range(dice.randint(1, 3))): None for _ in range(count)}
    return Terminology.of(Term(f"X:{n}", text, (Name(text, "label"),)) for n, text in enumerate(made))


def _found(tool: str, count: int, texts: Sequence[str]) -> dict[str, float]:
    return annotate.measure(tool, names(count), list(texts))


def annotated(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """Invented names in invented abstracts; building the matcher is left out of the time."""
    del room, rounds
    lexicon, dice = shipped_lexicon(), random.Random(1)
    texts = list(fill.abstracts(1_600, fill.TYPICAL, lexicon))
    for size in sizes:
        drawn = [t.label for t in names(size).terms.values()]
        mixed = [f"{text} {' and '.join(dice.choices(drawn, k=8))}." for text in texts]
        megabytes = sum(len(text.encode()) for text in mixed) / 1e6
        for own, peer in (("irkg_annotate", "spacy_phrases"), ("irkg_names", "flashtext2")):
            try:
                found = {
                    "irkg": in_fresh_process(_found, own, size, mixed),
                    peer: in_fresh_process(_found, peer, size, mixed),
                }
            except ImportError as error:
                print(f"annotate beside {peer}: skipped, {error}", file=sys.stderr)
                continue
            seconds = {tool: megabytes / f["median"] for tool, f in found.items()}
            peaks = {tool: f["MB"] for tool, f in found.items()}
            said = f"{found['irkg']['median']:.1f} MB/s"
            yield Row("annotate", f"{megabytes:.2f} MB, {own}", size, "names", seconds, peaks, said)
