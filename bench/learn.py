"""Learn anew how people ask, and write src/irkg/learned.zip: `python -m bench.learn [--only-scores]`.

Learned are, first, the weights of words by a multinomial logistic regression, from the ways to ask in the headers of
the queries and from the development questions of tests/data/questions.tsv, each as it stands and several times with
words left out, so that no single word decides; second, how its chances and the fit are put together, from its answers
to questions that it was not trained on. The scores that are printed are of such questions too: each is asked with
weights learned from the other folds. Needs scikit-learn (`pip install 'irkg[learn]'`).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log
from multiprocessing import Pool
from random import Random

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import normalize

from bench.ask import DECLINED, Asked, answered, scores, wanted
from irkg import KnowledgeGraph
from irkg.ask import Asking, asked_about, candidates, evidence
from irkg.catalogue import catalogue
from irkg.learned import BIAS, FILE, WORD, Learned, Weighing, digest, features, log_chance, write
from irkg.model import QuerySpec

Case = tuple[list[tuple[float, ...]], list[bool]]  # what speaks for each reading, and which is right
_LEAST_OFTEN = 2  # questions that a feature must be in
_LOOSE = 8.0  # the inverse of the penalty on large weights
_SHORTENED = 8  # times that a question is learned with words left out
_LEFT_OUT = 0.3  # of its words
_FOLDS = 5
_STEPS = 127  # of a weight that is written as a signed byte
_PENALTY = 0.5  # on the weighing
_EVEN = Weighing(5.0, 1.0, -5.0, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class Example:
    """A question or a way to ask, to learn from.

    Attributes:
        query: Its query.
        features: Its features.
        shortened: Its features with words left out at random.
    """

    query: str
    features: Mapping[str, int]
    shortened: tuple[Mapping[str, int], ...]


def ways(specs: Sequence[QuerySpec]) -> Iterator[tuple[str, str]]:
    """Yield the ways to ask, their slots named by what they take, each with its query."""
    for spec in specs:
        slots = {f"{{{param.name}}}": f"{{{param.sort.value}}}" for param in spec.params}
        for way in spec.questions:
            yield re.sub(r"\{\w+\}", lambda m, sorts=slots: sorts[m[0]], way), spec.name  # type: ignore[misc]


def trained(examples: Sequence[Example], weighing: Weighing, of: str = "") -> Learned:
    """Return the weights that a regression finds, each as a signed byte."""
    often = Counter(name for example in examples for name in example.features)
    names = sorted(name for name, count in often.items() if count >= _LEAST_OFTEN)
    place = {name: at for at, name in enumerate(names)}
    rows = [(found, e.query) for e in examples for found in (e.features, *e.shortened)]
    cells = [(at, place[n], 1 + log(count)) for at, (f, _) in enumerate(rows) for n, count in f.items() if n in place]
    rows_, columns, values = zip(*cells, strict=True)
    matrix = normalize(csr_matrix((values, (rows_, columns)), shape=(len(rows), len(names))))
    model = LogisticRegression(C=_LOOSE, max_iter=200, tol=1e-3).fit(matrix, [query for _, query in rows])
    weights = np.vstack([model.intercept_, model.coef_.T])
    scale = float(np.abs(weights).max()) / _STEPS
    steps = np.rint(weights / scale).astype(int).ravel().tolist()
    return Learned(of, tuple(model.classes_), weighing, scale, {n: at for at, n in enumerate([BIAS, *names])}, steps)


def out_of_fold(
    asked: Sequence[Example], others: Sequence[Example], weighing: Weighing
) -> list[tuple[Learned, list[int]]]:
    """Return for each fold what is learned from the other questions, and the places of its own."""
    folds = [(rest.tolist(), fold.tolist()) for rest, fold in KFold(_FOLDS, shuffle=True, random_state=1).split(asked)]
    with Pool() as pool:
        parts = pool.starmap(
            trained, (([*others, *(asked[at] for at in rest)], weighing) for rest, _ in folds), chunksize=1
        )
    return [(part, fold) for part, (_, fold) in zip(parts, folds, strict=True)]


@cache
def _asking() -> Asking:
    """Return what questions are held against; processes that are forked later share it."""
    return KnowledgeGraph.open()._asking


def example(given: tuple[str, str]) -> Example:
    """Return what is learned from a question or a way to ask, given with its query; the same each time."""
    text, query = given
    question = _asking().question(text)[0]
    chance = Random(text)
    words = WORD.findall(question.masked)
    left = (" ".join(w for w in words if w[0] == "{" or chance.random() > _LEFT_OUT) for _ in range(_SHORTENED))
    return Example(query, question.features, tuple(features(some, question.sorts) for some in left))


def cases(given: tuple[Learned, list[Asked]]) -> list[Case]:
    """Return for each question what speaks for each reading, none last, and which reading is right."""
    return [_case(given[0], want) for want in given[1]]


def _case(learned: Learned, want: Asked) -> Case:
    taken = _asking().question(want.question)[0]
    chances = learned.chances(taken.features)
    fits = list(candidates(taken, asked_about(catalogue()), chances))
    spoken = [(*evidence(fit, chances, best=at == 0), 0.0) for at, fit in enumerate(fits)]
    meant = [replace(want, found=f.template.spec.name, given={n: set(i) for n, i in f.values}).right for f in fits]
    return [*spoken, (0, log_chance(chances, DECLINED), 0, 0, 1)], [*meant, want.query == DECLINED]


def answers(given: tuple[Learned, list[Asked]]) -> list[Asked]:
    """Return questions with what is understood by them."""
    _asking().learned = given[0]
    return [answered(want, _asking().choose) for want in given[1]]


def weighed(cases: Sequence[Case]) -> Weighing:
    """Return how chances and fit are put together, so that the right readings are the likeliest."""
    usable = [(np.array(rows, float), right.index(True)) for rows, right in cases if True in right]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = _PENALTY * weights @ weights, 2 * _PENALTY * weights
        for rows, right in usable:
            score = rows @ weights
            parts = np.exp(score - score.max())
            parts /= parts.sum()
            total -= np.log(parts[right] + 1e-12)
            slope = slope - rows[right] + parts @ rows
        return float(total), slope

    found = minimize(loss, np.zeros(5), jac=True, method="L-BFGS-B").x
    return Weighing(*(round(float(weight), 3) for weight in found))


def main() -> None:
    """Learn, print the scores, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-scores", action="store_true", help="Write nothing.")
    parser.add_argument("-v", "--verbose", action="store_true", help="Show what was not understood.")
    given = parser.parse_args()
    asked = [want for want in wanted(KnowledgeGraph.open()) if want.half == "development"]
    specs = asked_about(catalogue())
    _asking()
    with Pool() as pool:
        others = pool.map(example, list(ways(specs)), chunksize=50)
        own = pool.map(example, [(want.question, want.query) for want in asked], chunksize=50)
    parts = out_of_fold(own, others, _EVEN)
    with Pool() as pool:
        folds = [(part, [asked[at] for at in fold]) for part, fold in parts]
        weighing = weighed([case for some in pool.map(cases, folds) for case in some])
        print(weighing)
        again = [(replace(part, weighing=weighing), some) for part, some in folds]
        found = [want for some in pool.map(answers, again) for want in some]
    print(f"development, out of fold: {scores(found)}")
    for want in found if given.verbose else ():
        if not want.right:
            print(f"  {want.question!r}: {want.query}, found {want.found} {want.given}")
    if not given.only_scores:
        of = digest(specs, [(want.question, want.query) for want in asked])
        write(trained([*others, *own], weighing, of), FILE)


if __name__ == "__main__":
    main()
