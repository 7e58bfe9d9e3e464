"""What a reasoner says of an ontology and its claims, with the reasons: faults, what follows, what is said twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from irkg.contradictions import Contradiction, contradictions
from irkg.justify import Justification, justifications
from irkg.model import Reasoning
from irkg.reasoners import entailments
from irkg.redundancy import Redundant, redundant


@dataclass(frozen=True, slots=True)
class Audit:
    """The findings.

    Attributes:
        reasoning: Whether there is a model, the classes that can have no member, and what is entailed.
        justifications: Why there is no model, or why a class can have no member.
        redundant: Superclasses and types that need not be written down.
        contradictions: Claims that contradict each other, which is no fault.
    """

    reasoning: Reasoning
    justifications: tuple[Justification, ...]
    redundant: tuple[Redundant, ...]
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether there is a model, and each class can have a member."""
        return self.reasoning.consistent and not self.reasoning.unsatisfiable


def audit(
    triples: Iterable[ox.Triple | ox.Quad],
    store: ox.Store | None = None,
    *,
    reasoner: str = "auto",
    report: Callable[[str], None] = lambda _: None,
) -> Audit:
    """Reason over an ontology and tell why.

    Args:
        triples: What is written down: ontology, individuals and stated edges.
        store: The knowledge graph whose claims are held against each other; None where there are no claims.
        reasoner: One of `irkg.reasoners.REASONERS`.
        report: Told where `auto` falls back to HermiT, and because of what.

    Raises:
        IrkgError: The ontology cannot be reasoned over.
    """
    written = list(dict.fromkeys(ox.Triple(t.subject, t.predicate, t.object) for t in triples))
    found = entailments(written, reasoner, report)
    against = tuple(contradictions(store)) if store is not None else ()
    return Audit(found, tuple(justifications(written, found, reasoner)), tuple(redundant(written)), against)
