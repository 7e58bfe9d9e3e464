"""What was learned of how people ask: how much each word, and each piece of a word, speaks for each query.

The ways to ask in the headers of the queries cannot name all words that people use. So a multinomial logistic
regression was trained on them and on questions that were asked: over words, pairs of words, stems and pieces of words,
with names replaced by what they are. `python -m bench.learn` trains it anew and writes the file beside this module: a
zip archive with `about.json`, `features.txt` (one a line), and `weights.bin` (for each a signed byte for each query).
"""

from __future__ import annotations

import json
import zipfile
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import pairwise
from math import exp, log, sqrt
from pathlib import Path
from re import compile as pattern

from irkg.model import QuerySpec, Span
from irkg.phrasing import tokens
from irkg.wording import canonical

FILE = Path(__file__).with_name("learned.zip")
DECLINED = "-"  # stands for no query
BIAS = ""  # the feature that every question has
_PIECES = (3, 4, 5)  # characters
WORD = pattern(r"\{\w+\}|\w+")
_LEAST = 0.001  # the least chance that is told from none
_TELLING = 0.5  # how much more than for other queries a word must speak for one to be named


@dataclass(frozen=True, slots=True)
class Weighing:
    """How the fit of a query and what was learned are put together: as the log-odds of its being meant.

    Attributes:
        fit: Weight of how well a way to ask it fits.
        chance: Weight of the logarithm of its chance by the words alone.
        missing: What is added where a value is missing.
        best: What is added for the query that fits best.
        declined: What is added for no query.
    """

    fit: float
    chance: float
    missing: float
    best: float
    declined: float


@dataclass(frozen=True)
class Learned:
    """The weights.

    Attributes:
        digest: What they were learned from.
        queries: Names of the queries, and `-`, in the order of the weights.
        weighing: How they are put together with the fit.
        scale: What one step of a weight is worth.
        rows: For each feature the place of its weights.
        weights: The weights, one row after the other.
    """

    digest: str
    queries: tuple[str, ...]
    weighing: Weighing
    scale: float
    rows: Mapping[str, int]
    weights: Sequence[int]

    def chances(self, features: Mapping[str, int]) -> dict[str, float]:
        """Return how likely each query is by the words alone, and that none is.

        Args:
            features: What `features` returns for the question.

        Returns:
            By the name of the query, `-` for none; they add up to one.

        Example:
            >>> found = shipped().chances(features("who recruits {kind}"))
            >>> max(found, key=found.get), round(sum(found.values()), 6)
            ('who-recruits', 1.0)
        """
        width = len(self.queries)
        known = {self.rows[name]: 1 + log(count) for name, count in features.items() if name in self.rows}
        norm = sqrt(sum(value * value for value in known.values())) or 1.0
        scores = [self.scale * weight for weight in self._row(self.rows[BIAS])]
        for at, value in known.items():
            step = self.scale * value / norm
            for place, weight in enumerate(self._row(at)):
                scores[place] += step * weight
        most = max(scores)
        parts = [exp(score - most) for score in scores]
        total = sum(parts)
        return {self.queries[place]: parts[place] / total for place in range(width)}

    def telling(self, text: str, query: str) -> list[str]:
        """Return the words of a question that speak most for a query, at most two, the strongest first."""
        if query not in self.queries:
            return []
        place = self.queries.index(query)
        found = {}
        for word in dict.fromkeys(WORD.findall(text.casefold())):
            row = self._row(self.rows[f"w:{word}"]) if f"w:{word}" in self.rows else ()
            if row and canonical(word) and not word.startswith("{"):
                found[word] = self.scale * (row[place] - sum(row) / len(row))
        best = sorted(found, key=lambda word: (-found[word], word))[:2]
        return [word for word in best if found[word] >= _TELLING]

    def _row(self, at: int) -> Sequence[int]:
        width = len(self.queries)
        return self.weights[at * width : (at + 1) * width]


def log_chance(chances: Mapping[str, float], query: str) -> float:
    """Return the logarithm of a chance, of the least one that is told from none where a query was not learned."""
    return log(max(chances.get(query, _LEAST), _LEAST))


def masked(text: str, names: Iterable[tuple[Span, str]]) -> str:
    """Return a question with its names replaced by what they are.

    Args:
        text: The question.
        names: Where names stand, and what they are; of two that overlap the first counts.

    Example:
        >>> masked("Who recruits Tregs?", [(Span(13, 18), "kind")])
        'Who recruits  {kind} ?'
    """
    taken: list[tuple[Span, str]] = []
    for span, what in names:
        if not any(span.overlaps(other) for other, _ in taken):
            taken.append((span, what))
    for span, what in sorted(taken, key=lambda n: n[0].start, reverse=True):
        text = f"{text[: span.start]} {{{what}}} {text[span.end :]}"
    return text


def features(text: str, sorts: Iterable[str] = ()) -> Counter[str]:
    """Return what of a question the weights are for.

    Args:
        text: The question with its names masked, or a way to ask with slots that say what they are.
        sorts: Of which sorts its kinds are, such as "mechanism".

    Returns:
        How often it has each word, pair of words, piece of a word, stem, and turn of two or three stems.
    """
    found = Counter(f"s:{sort}" for sort in sorts)
    words = WORD.findall(text.casefold())
    found.update(f"w:{word}" for word in words)
    found.update(f"b:{first} {second}" for first, second in pairwise(("^", *words, "$")))
    found.update(f"c:{piece}" for word in words if word[0] != "{" for piece in _pieces(f" {word} "))
    stems = ["^", *(part for t in tokens(text) for part in ((t.text,) if t.is_slot else t.stems)), "$"]
    for length in (1, 2, 3):
        found.update(f"g:{' '.join(stems[at : at + length])}" for at in range(len(stems) - length + 1))
    return found


def _pieces(word: str) -> Iterator[str]:
    return (word[at : at + n] for n in _PIECES for at in range(len(word) - n + 1))


def read(path: Path) -> Learned:
    """Read weights that `write` wrote."""
    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read("about.json"))
        names = archive.read("features.txt").decode().split("\n")
        weights = array("b", archive.read("weights.bin"))
    rows = {name: at for at, name in enumerate(names)}
    return Learned(
        about["digest"], tuple(about["queries"]), Weighing(**about["weighing"]), about["scale"], rows, weights
    )


def write(learned: Learned, path: Path) -> None:
    """Write weights, the same bytes for the same weights."""
    about = {
        "digest": learned.digest,
        "queries": learned.queries,
        "weighing": {name: getattr(learned.weighing, name) for name in Weighing.__slots__},
        "scale": learned.scale,
    }
    members = {
        "about.json": json.dumps(about, indent=1).encode(),
        "features.txt": "\n".join(sorted(learned.rows, key=lambda name: learned.rows[name])).encode(),
        "weights.bin": array("b", learned.weights).tobytes(),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def digest(specs: Iterable[QuerySpec], asked: Iterable[tuple[str, str]]) -> str:
    """Return the digest of what weights are learned from.

    Args:
        specs: The canned queries.
        asked: Questions that people asked, each with the name of its query, or `-`.
    """
    ways = ((way, spec.name) for spec in specs for way in spec.questions)
    return sha256("\n".join(f"{query}\t{text}" for text, query in sorted([*ways, *asked])).encode()).hexdigest()


@cache
def shipped() -> Learned:
    """Return the weights that ship with irkg."""
    return read(FILE)
