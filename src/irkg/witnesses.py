"""The smallest sets of stated edges from which a derived edge follows, each with the steps that lead there.

Such a set is a minimal witness in the sense of Buneman, Khanna and Tan 2001 ("Why and where"). The sets of each edge
are built up from those of its premises, as an assumption-based truth maintenance system does (de Kleer 1986).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from irkg.model import Triple

STATED = "stated"
Step = tuple[str, tuple[Triple, ...]]
"""The name of a rule and its premises."""


@dataclass(frozen=True, slots=True)
class Derived:
    """An edge with what it follows from.

    Attributes:
        edge: The edge.
        rule: `stated`, or the name of the rule.
        premises: What it follows from, in the order of the rule.
        axioms: The axioms on classes that were used, in words.
    """

    edge: Triple
    rule: str
    premises: tuple[Derived, ...] = ()
    axioms: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many edges the tree shows."""
        return 1 + sum(p.size for p in self.premises)

    @property
    def leaves(self) -> frozenset[Triple]:
        """The stated edges that it rests on."""
        return frozenset([self.edge]) if self.rule == STATED else frozenset().union(*(p.leaves for p in self.premises))


def witnesses(
    edge: Triple,
    stated: Collection[Triple],
    steps: Mapping[Triple, Collection[Step]],
    by_classes: Callable[[Triple], Iterable[Derived]],
    most: int,
) -> list[Derived]:
    """Find every minimal set of stated edges that an edge follows from, with one derivation for each.

    Args:
        edge: The edge.
        stated: The edges that are stated.
        steps: From a derived edge to the rules that lead to it; one without premises rests on axioms on classes.
        by_classes: From an edge to its derivations from stated edges by axioms on classes.
        most: How many sets are kept for each edge: where there are more, the smallest.

    Returns:
        Derivations whose stated edges are different sets, none of which holds another; the shortest first.

    Example:
        >>> ab, ba, bc, ac = (Triple(f"urn:{s}", "urn:p", f"urn:{o}") for s, o in ("ab", "ba", "bc", "ac"))
        >>> steps = {ac: [("transitive", (ab, bc))], ab: [("symmetric", (ba,))]}
        >>> [found] = witnesses(ac, {ba, bc}, steps, lambda _: (), most=9)
        >>> [premise.rule for premise in found.premises]
        ['symmetric', 'stated']
    """
    search = _Search(stated, steps, most)
    search.run(edge, by_classes)
    return sorted(search.found[edge].values(), key=lambda d: (d.size, _shown(d)))


class _Search:
    def __init__(self, stated: Collection[Triple], steps: Mapping[Triple, Collection[Step]], most: int) -> None:
        self._stated, self._steps, self._most = stated, steps, most
        self.found: dict[Triple, dict[frozenset[Triple], Derived]] = defaultdict(dict)
        # Sets that were given up stay known, so that no edge comes to rest on itself and the search ends.
        self._tried: dict[Triple, set[frozenset[Triple]]] = defaultdict(set)

    def run(self, goal: Triple, by_classes: Callable[[Triple], Iterable[Derived]]) -> None:
        users: dict[Triple, set[Triple]] = defaultdict(set)
        near = self._below(goal, users)
        for edge in near:
            if edge in self._stated:
                self._keep(frozenset([edge]), Derived(edge, STATED))
            if any(not premises for _, premises in self._steps.get(edge, ())):
                for way in by_classes(edge):
                    self._keep(frozenset(p.edge for p in way.premises), way)
        waiting = deque(reversed(near))
        while waiting:
            edge = waiting.popleft()
            if self._follow(edge):
                waiting.extend(sorted(users[edge] - set(waiting), key=order))

    def _below(self, goal: Triple, users: dict[Triple, set[Triple]]) -> list[Triple]:
        """Return the edges that may be needed, those nearest to the goal first, and note what each is needed for."""
        near = {goal: None}
        stack = deque([goal])
        while stack:
            edge = stack.popleft()
            for _, premises in sorted(self._steps.get(edge, ()), key=_step_order):
                for premise in premises:
                    users[premise].add(edge)
                    if premise not in near:
                        near[premise] = None
                        stack.append(premise)
        return list(near)

    def _follow(self, edge: Triple) -> bool:
        """Apply the rules that lead to an edge to what is known of their premises; return whether anything is new."""
        news = False
        for rule, premises in sorted(self._steps.get(edge, ()), key=_step_order):
            for chosen in product(*(list(self.found[p].items()) for p in premises)) if premises else ():
                news |= self._keep(frozenset().union(*(s for s, _ in chosen)), Derived(edge, rule, _trees(chosen)))
        return news

    def _keep(self, needed: frozenset[Triple], way: Derived) -> bool:
        """Keep a derivation, unless one is known that needs no more."""
        known = self._tried[way.edge]
        if any(other <= needed for other in known):
            return False
        known.add(needed)
        kept = self.found[way.edge]
        for other in [o for o in kept if needed < o]:
            del kept[other]
        kept[needed] = way
        if len(kept) > self._most:
            del kept[max(kept, key=lambda s: (len(s), sorted(map(order, s))))]
        return needed in kept


def _trees(chosen: Iterable[tuple[frozenset[Triple], Derived]]) -> tuple[Derived, ...]:
    return tuple(tree for _, tree in chosen)


def order(edge: Triple) -> tuple[str, str, str]:
    """Return what edges are sorted by."""
    return (edge.subject, edge.predicate, edge.object)


def _step_order(step: Step) -> tuple[str, list[tuple[str, str, str]]]:
    return step[0], [order(p) for p in step[1]]


def _shown(way: Derived) -> list[tuple[str, str, str]]:
    return [order(way.edge), *(part for p in way.premises for part in _shown(p))]
