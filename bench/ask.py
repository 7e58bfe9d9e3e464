"""How well `irkg ask` finds the query and the values of a question: `python -m bench.ask [--half "set aside"] [-v]`.

The questions stand in tests/data/questions.tsv, which says of each to which half it belongs: the rules were made with
an eye on the development questions, and with none on those set aside.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from irkg import KnowledgeGraph
from irkg import vocab as v
from irkg.ask import Choice
from irkg.catalogue import catalogue
from irkg.errors import IrkgError
from irkg.tables import read_table

QUESTIONS = Path(__file__).resolve().parent.parent / "tests" / "data" / "questions.tsv"
HALVES = ("development", "set aside")
DECLINED = "-"
# Queries of which the two values can change places: either order is right.
SYMMETRIC = frozenset(("agreements-between", "claims-between", "conflicts-between", "mechanisms-compared"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what it asks for, and what was understood.

    Attributes:
        question: The question.
        half: The half it belongs to.
        query: The query that answers it, `-` where none does.
        values: The values of its parameters.
        found: The query that was chosen, `-` where the question was declined.
        given: The values that were found.
    """

    question: str
    half: str
    query: str
    values: dict[str, set[str]]
    found: str
    given: dict[str, set[str]]

    @property
    def right(self) -> bool:
        """Whether query and values are the right ones, or rightly none."""
        if self.query != self.found:
            return False
        swapped = sorted(map(sorted, self.values.values())) == sorted(map(sorted, self.given.values()))
        return self.values == self.given or (self.query in SYMMETRIC and swapped)

    @property
    def mistaken(self) -> bool:
        """Whether something was answered that was not asked."""
        return not self.right and self.found != DECLINED


def wanted(kg: KnowledgeGraph, path: Path = QUESTIONS) -> Iterator[Asked]:
    """Yield the questions of a table with what they ask for, in its order, as if all were declined."""
    for row in read_table(path, ("question", "query", "values", "half")):
        values: dict[str, set[str]] = {}
        for pair in filter(None, row["values"].split(";")):
            name, _, value = pair.partition("=")
            param = next(p for p in catalogue()[row["query"]].params if p.name == name)
            values.setdefault(name, set()).add(kg.meant(param, value))
        yield Asked(row["question"], row["half"], row["query"], values, DECLINED, {})


def answered(want: Asked, choose: Callable[[str], Choice]) -> Asked:
    """Return a question with what is understood by it."""
    try:
        choice = choose(want.question)
    except IrkgError:
        return want
    return replace(want, found=choice.spec.name, given={n: set(iris) for n, iris in choice.values.items()})


def asked(kg: KnowledgeGraph, path: Path = QUESTIONS) -> list[Asked]:
    """Ask the questions of a table, and return what was understood, in its order."""
    return [answered(want, lambda question: kg.chosen(question)[0]) for want in wanted(kg, path)]


def scores(some: Sequence[Asked]) -> str:
    """Return how many questions there are, how many were understood, and how many mistaken."""
    right, mistaken = sum(a.right for a in some), sum(a.mistaken for a in some)
    return f"{len(some)} questions, right {right / len(some):.1%}, mistaken {mistaken / len(some):.1%}"


def main() -> None:
    """Print the scores of each half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, help="Only this half.")
    parser.add_argument("-v", "--verbose", action="store_true", help="Show what was not understood.")
    given = parser.parse_args()
    kg = KnowledgeGraph.open()
    _ = kg.chosen("Who recruits Tregs?")
    started = time.process_time()
    everything = asked(kg)
    spent = time.process_time() - started
    for name in HALVES if given.half is None else (given.half,):
        some = [a for a in everything if a.half == name]
        if not some:
            continue
        print(f"{name}: {scores(some)}")
        for a in some if given.verbose else ():
            if not a.right:
                shown = {n: sorted(map(v.contract, iris)) for n, iris in a.given.items()}
                print(f"  {a.question!r}: {a.query}, found {a.found} {shown}")
    print(f"{spent / len(everything) * 1000:.1f} ms of CPU a question")


if __name__ == "__main__":
    main()
