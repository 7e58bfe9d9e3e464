"""On ontologies made by chance, irkg's own reasoner and HermiT say the same, or irkg's says that it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from generated_ontologies import Generated
from irkg.materialise import Unsupported, materialise
from irkg.model import Reasoning
from irkg.reason import reason

_AT_ONCE = 50  # ontologies in one run of HermiT: names are never shared, so they say nothing of each other


def within(found: Reasoning, namespace: str) -> Reasoning:
    """Return what is said of the things of one namespace."""
    return Reasoning(
        consistent=found.consistent,
        unsatisfiable=tuple(c for c in found.unsatisfiable if c.startswith(namespace)),
        subclasses=tuple(pair for pair in found.subclasses if pair[0].startswith(namespace)),
        types=tuple(pair for pair in found.types if pair[0].startswith(namespace)),
        edges=tuple(e for e in found.edges if e.subject.startswith(namespace)),
    )


def judged(cases: Sequence[Generated]) -> dict[str, Reasoning]:
    """Return what HermiT says of ontologies, by namespace; one that spoils the run of all is run alone."""
    whole = reason(t for case in cases for t in case.triples())
    if whole.consistent:
        return {case.namespace: within(whole, case.namespace) for case in cases}
    return {case.namespace: reason(case.triples()) for case in cases}


def compare(seeds: Iterable[int]) -> tuple[int, int, int]:
    """Compare the reasoners; return how many ontologies were handled, inconsistent, and with impossible classes."""
    said: dict[Generated, Reasoning] = {}
    for case in map(Generated, seeds):
        try:
            said[case] = materialise(case.triples())
        except Unsupported:
            continue
    consistent = [case for case in said if said[case].consistent]
    for i in range(0, len(consistent), _AT_ONCE):
        part = consistent[i : i + _AT_ONCE]
        hermit = judged(part)
        for case in part:
            assert said[case] == hermit[case.namespace], case.turtle
    for case in said.keys() - consistent:
        assert not reason(case.triples()).consistent, case.turtle
    return len(said), len(said) - len(consistent), sum(bool(found.unsatisfiable) for found in said.values())


def test_a_few_generated_ontologies() -> None:
    handled, inconsistent, impossible = compare(range(40))
    assert handled >= 36
    assert inconsistent >= 5
    assert impossible >= 3


@pytest.mark.thorough
def test_many_generated_ontologies() -> None:
    handled, inconsistent, impossible = compare(range(40, 420))
    assert handled >= 340
    assert inconsistent >= 60
    assert impossible >= 30
