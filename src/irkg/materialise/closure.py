"""The edges that follow from edges by axioms on properties, kept up to date as edges come and go.

Insertions are semi-naive, deletions delete and rederive (Gupta, Mumick and Subrahmanian 1993, "Maintaining views
incrementally").
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator

from irkg.materialise.roles import Role, RoleBox
from irkg.materialise.triples import Node

Edge = tuple[Node, Role, Node]
_Ends = dict[Node, set[Node]]


class Closure:
    """A set of edges with all that follow from them by inclusions of roles.

    Args:
        box: The roles.

    Example:
        >>> box = RoleBox(1, [((0, 0), 0)])
        >>> closure = Closure(box)
        >>> closure.add([("a", 0, "b"), ("b", 0, "c")])
        >>> sorted(closure.edges())
        [('a', 0, 'b'), ('a', 0, 'c'), ('b', 0, 'c')]
        >>> closure.remove([("b", 0, "c")])
        >>> sorted(closure.edges())
        [('a', 0, 'b')]
    """

    def __init__(self, box: RoleBox) -> None:
        self._inverse = {role: box.inverse(role) for role in box.members}
        self._own = set(box.members)
        # From a role to what it implies alone; before or after another one, with it
        self._alone: dict[Role, set[Role]] = defaultdict(set)
        self._before: dict[Role, set[tuple[Role, Role]]] = defaultdict(set)
        self._after: dict[Role, set[tuple[Role, Role]]] = defaultdict(set)
        self._bodies: dict[Role, set[tuple[Role, ...]]] = defaultdict(set)
        self._prefixes: dict[tuple[Role, Role], Role] = {}
        for word, head in box.rules:
            self._rule(word, head)
        self._ends: dict[Role, _Ends] = defaultdict(lambda: defaultdict(set))
        self._base: Counter[Edge] = Counter()
        self._new: deque[Edge] = deque()

    def _rule(self, word: tuple[Role, ...], head: Role) -> None:
        """Take in a rule: of a rule and its mirror image the one whose head the edges are kept by."""
        if self._inverse[head] < head:
            return
        while len(word) > 2:
            first, second, *rest = word
            word = (self._prefix(first, second), *rest)
        self._bodies[head].add(word)
        if len(word) == 1:
            self._alone[word[0]].add(head)
        else:
            self._before[word[0]].add((word[1], head))
            self._after[word[1]].add((word[0], head))

    def _prefix(self, first: Role, second: Role) -> Role:
        """Return a role of our own for the beginning of a chain of more than two."""
        found = self._prefixes.get((first, second))
        if found is None:
            found = self._prefixes[first, second] = 2 * (max(self._inverse, default=0) // 2 + 1)
            self._inverse |= {found: found + 1, found + 1: found}
            self._rule((first, second), found)
        return found

    def _kept(self, edge: Edge) -> Edge:
        """Return an edge as it is kept: by the smaller of a role and its inverse."""
        subject, role, target = edge
        other = self._inverse[role]
        if other < role or (other == role and target < subject):
            return target, other, subject
        return edge

    def add(self, edges: Iterable[Edge]) -> None:
        """Add edges and what follows.

        Args:
            edges: By roles that stand for others; one that is added twice has to be removed twice.
        """
        for edge in edges:
            kept = self._kept(edge)
            self._base[kept] += 1
            self._put(kept)
        self._run()

    def remove(self, edges: Iterable[Edge]) -> None:
        """Remove edges and what no longer follows.

        Args:
            edges: Edges that were added.
        """
        lost = []
        for edge in edges:
            kept = self._kept(edge)
            self._base[kept] -= 1
            if not self._base[kept]:
                del self._base[kept]
                lost.append(kept)
        doubtful = set(lost)
        while lost:
            for found in map(self._kept, self._consequences(lost.pop())):
                if found not in doubtful:
                    doubtful.add(found)
                    lost.append(found)
        for subject, role, target in doubtful:
            self._ends[role][subject].discard(target)
            self._ends[self._inverse[role]][target].discard(subject)
        for edge in doubtful:
            if edge in self._base or self._follows(edge):
                self._put(edge)
        self._run()

    def __contains__(self, edge: Edge) -> bool:
        """Whether an edge is there, by a role that stands for others."""
        subject, role, target = edge
        return target in self._ends.get(role, {}).get(subject, ())

    def edges(self) -> Iterator[Edge]:
        """Yield all edges, each by one of its role and the inverse, in no order."""
        for role, ends in self._ends.items():
            other = self._inverse[role]
            if role in self._own and role <= other:
                for subject, targets in ends.items():
                    for target in targets:
                        if role != other or subject <= target:
                            yield subject, role, target

    def _put(self, edge: Edge) -> None:
        """Take in an edge in the form in which it is kept."""
        subject, role, target = edge
        targets = self._ends[role][subject]
        if target not in targets:
            targets.add(target)
            self._ends[self._inverse[role]][target].add(subject)
            self._new.append(edge)

    def _run(self) -> None:
        new, put, kept = self._new, self._put, self._kept
        while new:
            for edge in self._consequences(new.popleft()):
                put(kept(edge))

    def _consequences(self, edge: Edge) -> Iterator[Edge]:
        """Yield what follows from an edge, by one rule, with the others that are there."""
        subject, role, target = edge
        yield from self._directed(subject, role, target)
        yield from self._directed(target, self._inverse[role], subject)

    def _directed(self, subject: Node, role: Role, target: Node) -> Iterator[Edge]:
        for head in self._alone.get(role, ()):
            yield subject, head, target
        for other, head in self._before.get(role, ()):
            for end in tuple(self._ends[other].get(target, ())):
                yield subject, head, end
        for other, head in self._after.get(role, ()):
            for start in tuple(self._ends[self._inverse[other]].get(subject, ())):
                yield start, head, target

    def _follows(self, edge: Edge) -> bool:
        """Whether an edge follows, by one rule, from the edges that are there."""
        subject, role, target = edge
        ends = ((subject, target), (target, subject)) if role == self._inverse[role] else ((subject, target),)
        for start, end in ends:
            for body in self._bodies.get(role, ()):
                middle = self._ends[body[0]].get(start, set())
                if len(body) == 1:
                    if end in middle:
                        return True
                elif not middle.isdisjoint(self._ends[self._inverse[body[1]]].get(end, set())):
                    return True
        return False
