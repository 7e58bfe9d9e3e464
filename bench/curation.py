"""What keeping a curator's decisions costs: seconds of CPU for each step, by the number of claims.

`python -m bench.curation 1000 10000` makes claims of invented sentences, a third of them on a provisional kind that is
promoted, decides on all of them, and fills half of the article in anew.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import pyoxigraph as ox

from irkg import vocab as v
from irkg.claim_graph import claim_quads
from irkg.curation import curated, curation_in, waits_for
from irkg.decisions import Decision
from irkg.lexicon import Lexicon, shipped_lexicon
from irkg.model import Argument, Claim, ReviewStatus, Source, Span, digest
from irkg.provisional import KindDecision, Promotion

T = TypeVar("T")
NEW, TREG, CANCER_CELL = v.PROVISIONAL + "new-cell", v.OBO + "CL_0000815", v.OBO + "CL_0001064"


def article(claims: int, lexicon: Lexicon) -> list[ox.Quad]:
    """Return the quads of an invented article with so many claims, one a sentence."""
    made = []
    for n in range(claims):
        iri, at = (NEW if n % 3 == 0 else CANCER_CELL), n * 40
        label = "new cell" if iri == NEW else lexicon.label(iri)
        subject, thing = (
            Argument(iri, label, Span(at, at + 9)),
            Argument(TREG, lexicon.label(TREG), Span(at + 20, at + 29)),
        )
        made.append(Claim("invented", Span(at, at + 30), digest(f"sentence {n}"), "", subject, "recruits", thing))
    source = Source("invented", digest("invented"), claims * 40)
    return claim_quads(source, made, lexicon, quotes=False, generator="bench")


class Clock:
    """Says how much CPU each step takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, step: str, work: Callable[[], T]) -> T:
        """Do the work of a step and return its result."""
        start = time.process_time()
        done = work()
        self.seconds[step] = time.process_time() - start
        return done


def measure(claims: int) -> dict[str, float]:
    """Return the seconds of each step."""
    lexicon, clock = shipped_lexicon(), Clock()
    quads, half = article(claims, lexicon), article(claims // 2, lexicon)
    plain = clock("take apart", lambda: curation_in(quads))
    verdicts = {iri: Decision(ReviewStatus.ACCEPTED, "read") for iri in plain.nodes()}
    decided, _ = clock("decide", lambda: plain.decided(verdicts))
    new = KindDecision(v.IRKG + "NewCell", "new cell", Promotion("new cell", "A cell.", v.OBO + "CL_0000000"))
    promoted = replace(decided, kinds={NEW: new})
    whole = clock("put together", lambda: curated(promoted, lexicon))
    again = clock("take apart again", lambda: curation_in(whole))
    refilled = clock("fill in anew", lambda: again.refilled(half))
    waiting = clock("say what waits", lambda: waits_for(refilled))
    assert len(waiting) == claims - claims // 2
    return clock.seconds


def main(sizes: Sequence[int]) -> None:
    """Print a row for each number of claims."""
    for n in sizes:
        seconds = measure(n)
        if n == sizes[0]:
            print("claims", *seconds, sep="\t")
        print(n, *(f"{s:.2f}" for s in seconds.values()), sep="\t")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10000])
    main(parser.parse_args().sizes)
