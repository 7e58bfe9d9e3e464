"""Properties: which role includes which, and the automata of those that chains lead to.

A role is a property or its inverse, as a whole number: `2 n` is the n-th property and `2 n + 1` its inverse. Roles that
imply each other are one; the smallest stands for all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from irkg.errors import IrkgError

Role = int
Word = tuple[Role, ...]


class Unsupported(IrkgError):
    """The ontology says something that irkg's own reasoner does not handle completely.

    Args:
        construct: What it is, as a noun phrase.

    Example:
        >>> str(Unsupported("owl:unionOf as a superclass"))
        "irkg's reasoner does not handle owl:unionOf as a superclass; run HermiT: --reasoner hermit"
    """

    def __init__(self, construct: str) -> None:
        super().__init__(f"irkg's reasoner does not handle {construct}", remedy="run HermiT: --reasoner hermit")
        self.construct = construct


def inverse(role: Role) -> Role:
    """Return the inverse of a role.

    Example:
        >>> inverse(4), inverse(5)
        (5, 4)
    """
    return role ^ 1


@dataclass
class Automaton:
    """The words of roles that imply a role: states 0 (start), 1 (end) and others, steps by a role or by nothing."""

    size: int = 2
    steps: list[tuple[int, Role, int]] = field(default_factory=list)
    jumps: list[tuple[int, int]] = field(default_factory=list)

    def state(self) -> int:
        """Return a new state."""
        self.size += 1
        return self.size - 1

    def insert(self, start: int, part: Automaton, end: int) -> None:
        """Let the words of another automaton lead from one state to another."""
        shift = self.size
        self.size += part.size
        self.steps += [(a + shift, role, b + shift) for a, role, b in part.steps]
        self.jumps += [(a + shift, b + shift) for a, b in part.jumps]
        self.jumps += [(start, shift), (shift + 1, end)]

    @property
    def is_simple(self) -> bool:
        """Whether all of its words are single roles."""
        return not self.jumps

    def neighbours(self) -> set[tuple[Role, Role]]:
        """Return the pairs of roles that stand side by side in some word (or a superset of those)."""
        jumps: dict[int, set[int]] = defaultdict(set)
        for a, b in self.jumps:
            jumps[a].add(b)
        leaving: dict[int, set[Role]] = defaultdict(set)
        for a, role, _ in self.steps:
            leaving[a].add(role)
        return {(role, later) for _, role, b in self.steps for state in reached(b, jumps) for later in leaving[state]}


class RoleBox:
    """The axioms on object properties, with roles that imply each other made one.

    Args:
        count: How many properties there are.
        inclusions: Pairs of a word of roles and the role that it implies.
    """

    def __init__(self, count: int, inclusions: Iterable[tuple[Word, Role]]) -> None:
        both = {(word, head) for word, head in inclusions}
        both |= {(tuple(inverse(r) for r in reversed(word)), inverse(head)) for word, head in both}
        self._unify(2 * count, [(word[0], head) for word, head in both if len(word) == 1])
        rules = {(tuple(self.name[r] for r in word), self.name[head]) for word, head in both}
        self.rules = sorted((word, head) for word, head in rules if word != (head,))
        self._bodies: dict[Role, list[Word]] = defaultdict(list)
        for word, head in self.rules:
            self._bodies[head].append(word)
        self._automata: dict[Role, Automaton] = {}
        self._open: set[Role] = set()

    def _unify(self, count: int, pairs: Collection[tuple[Role, Role]]) -> None:
        above: dict[Role, set[Role]] = defaultdict(set)
        for low, high in pairs:
            above[low].add(high)
        over = {role: reached(role, above) for role in range(count)}
        self.name = list(range(count))
        self.members: dict[Role, list[Role]] = defaultdict(list)
        for role in range(count):
            same = [r for r in over[role] if role in over[r]]
            first = min([*same, *map(inverse, same)])
            self.name[role] = first if first in same else inverse(first)
            self.members[self.name[role]].append(role)

    def inverse(self, role: Role) -> Role:
        """Return the role that stands for the inverse of a role that stands for others."""
        return self.name[inverse(role)]

    def above(self) -> dict[Role, set[Role]]:
        """Return the roles that each role implies by itself, itself among them."""
        direct: dict[Role, set[Role]] = defaultdict(set)
        for word, head in self.rules:
            if len(word) == 1:
                direct[word[0]].add(head)
        return {role: reached(role, direct) for role in self.members}

    def automaton(self, role: Role) -> Automaton:
        """Return the automaton of the words that imply a role (Horrocks, Kutz and Sattler 2006, section 4.2).

        Raises:
            Unsupported: The chains are not regular (OWL 2 structural specification, section 11.2).
        """
        if role in self._automata:
            return self._automata[role]
        if role in self._open:
            raise Unsupported("property chains that are not regular")
        self._open.add(role)
        made = Automaton(steps=[(0, role, 1)])
        for word in self._bodies[role]:
            start, end, rest = _place(role, word)
            self._path(made, start, rest, end)
        self._open.discard(role)
        self._automata[role] = made
        return made

    def _path(self, made: Automaton, start: int, word: Word, end: int) -> None:
        parts = [self.automaton(role) for role in word]
        if len(parts) == 1 and parts[0].is_simple and (start, end) == (0, 1):
            made.steps += [(0, role, 1) for _, role, _ in parts[0].steps]
            return
        states = [start, *(made.state() for _ in parts[1:]), end]
        if not parts:
            made.jumps.append((start, end))
        for a, part, b in zip(states, parts, states[1:], strict=False):
            made.insert(a, part, b)

    def is_simple(self, role: Role) -> bool:
        """Whether no chain leads to a role."""
        return self.automaton(role).is_simple


def _place(role: Role, word: Word) -> tuple[int, int, Word]:
    """Return from which state to which a chain leads, and by which roles; a transitive role leads back by nothing."""
    if word == (role, role):
        return 1, 0, ()
    if word[0] == role and role not in word[1:]:
        return 1, 1, word[1:]
    if word[-1] == role and role not in word[:-1]:
        return 0, 0, word[:-1]
    if role in word:
        raise Unsupported("property chains that are not regular")
    return 0, 1, word


def reached(start: int, links: dict[int, set[int]]) -> set[int]:
    """Return what can be reached from a node over any number of links, the node itself too."""
    seen = {start}
    stack = [start]
    while stack:
        for node in links.get(stack.pop(), ()):
            if node not in seen:
                seen.add(node)
                stack.append(node)
    return seen


def through_nameless(box: RoleBox, existential: Iterable[Role], valued: Iterable[Role]) -> Iterator[tuple[Role, Role]]:
    """Yield the pairs of roles, side by side in a chain, that a path between named things may take over a nameless one.

    Args:
        box: The roles.
        existential: The roles that lead from things to nameless ones.
        valued: The roles that may lead from nameless things to named ones.
    """
    down, out = set(existential), set(valued)
    up, back = {box.inverse(r) for r in down}, {box.inverse(r) for r in out}
    for role in box.members:
        made = box.automaton(role)
        if not made.is_simple:
            for a, b in made.neighbours():
                turns = a in down and b == box.inverse(a)
                if turns or (a in down | back and b in out) or (a in back and b in up):
                    yield a, b
