"""Which concepts things and classes fall under, by rules applied until nothing is new.

The calculus is that of Kazakov 2009, "Consequence-driven reasoning for Horn SHIQ ontologies": a nameless thing is as
good as any other one of which the same was demanded, so there is one for each set of demands.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable

from irkg.materialise.axioms import BOTTOM, TOP, Axioms, Concept
from irkg.materialise.roles import Role, Unsupported
from irkg.materialise.triples import Node

_Core = frozenset[Concept]
Edge = tuple[Node, Role, Node]


class Thing:
    """A named individual, or the nameless member of all concepts of a core.

    Attributes:
        name: The name of an individual, None for a nameless thing.
        core: What was demanded of a nameless thing.
        concepts: The concepts that it falls under.
        near: From a role to the things that it is known to lead to, and to which `only` axioms pass concepts on.
        origins: The things that demand this one, of which nothing is possible if this one is not.
        demands: The pairs of a role and a concept that this one has a successor in.
        values: The values that it has because of its concepts.
        exists: Whether there is such a thing for sure: where not, it is there to find out what a class implies.
    """

    __slots__ = ("concepts", "core", "demands", "exists", "name", "near", "origins", "targets", "values")

    def __init__(self, name: Node | None, core: _Core, exists: bool) -> None:
        self.name = name
        self.core = core
        self.exists = exists
        self.concepts: set[Concept] = set()
        self.near: dict[Role, set[Thing]] = {}
        self.origins: set[Thing] = set()
        self.demands: set[tuple[Role, Concept]] = set()
        self.targets: set[tuple[Role, Thing]] = set()
        self.values: set[tuple[Role, Node]] = set()


class Saturation:
    """The concepts of all named classes and individuals of an ontology, kept up to date as edges come and go.

    Args:
        axioms: The ontology in normal form.

    Attributes:
        things: The individuals by name.
        values: The edges that follow from concepts of individuals alone.
    """

    def __init__(self, axioms: Axioms) -> None:
        self._axioms = axioms
        self._implied, self._joint = axioms.implied, axioms.joint
        self._some, self._only, self._value = axioms.some, axioms.only, axioms.value
        self._inverse = [axioms.box.name[role ^ 1] for role in range(len(axioms.box.name))]
        self.things: dict[Node, Thing] = {}
        self._nameless: dict[_Core, Thing] = {}
        self._new: deque[tuple[Thing, Concept]] = deque()
        self._asserted: dict[Node, set[Concept]] = defaultdict(set)
        self.values: set[tuple[Node, Role, Node]] = set()
        for name, concept in axioms.types:
            self._asserted[name].add(concept)
        for name, concept in axioms.nominals.items():
            self._asserted[name].add(concept)
        self._to_nominals = False
        self.classes = {iri: self._thing(frozenset([c]), exists=False) for iri, c in axioms.classes.items()}
        self._anything = self._thing(frozenset([TOP]), exists=True)  # no domain is empty
        for name in sorted(axioms.individuals):
            self.thing(name)
        self.run()

    @property
    def consistent(self) -> bool:
        """Whether all that exists is possible."""
        # what a nameless thing cannot be, those that demand it cannot be either
        return all(BOTTOM not in t.concepts for t in (self._anything, *self.things.values()))

    def thing(self, name: Node) -> Thing:
        """Return the individual of a name, which is there from now on."""
        found = self.things.get(name)
        if found is None:
            found = self.things[name] = Thing(name, frozenset(), exists=True)
            self._begin(found)
        return found

    def link(self, subject: Node, role: Role, target: Node) -> None:
        """Take in an edge between individuals; `run` draws the consequences."""
        self._meet(self.thing(subject), role, self.thing(target))

    def run(self) -> None:
        """Apply the rules until nothing is new."""
        new = self._new
        while new:
            self._apply(*new.popleft())

    def _begin(self, thing: Thing) -> None:
        self._add(thing, TOP)
        for concept in self._asserted.get(thing.name, ()) if thing.name is not None else thing.core:
            self._add(thing, concept)

    def _thing(self, core: _Core, exists: bool) -> Thing:
        found = self._nameless.get(core)
        if found is None:
            found = self._nameless[core] = Thing(None, core, exists=False)
            self._begin(found)
        if exists and not found.exists:
            self._make_exist(found)
        return found

    def _make_exist(self, thing: Thing) -> None:
        stack = [thing]
        while stack:
            one = stack.pop()
            if not one.exists:
                one.exists = True
                stack.extend(target for _, target in one.targets)
                for role, name in one.values:
                    self._meet(one, role, self.thing(name))

    def _add(self, thing: Thing, concept: Concept) -> None:
        if concept not in thing.concepts:
            thing.concepts.add(concept)
            self._new.append((thing, concept))

    def _apply(self, thing: Thing, concept: Concept) -> None:
        have = thing.concepts
        if concept == BOTTOM:
            for origin in thing.origins:
                self._add(origin, BOTTOM)
        for head in self._implied.get(concept, ()):
            self._add(thing, head)
        for others, head in self._joint.get(concept, ()):
            if head not in have and others <= have:
                self._add(thing, head)
        for demand in self._some.get(concept, ()):
            if demand not in thing.demands:
                thing.demands.add(demand)
                self._meet_demand(thing, *demand)
        for role, heads in self._only.get(concept, {}).items():
            self._pass_on(thing, role, heads)
        for role, name in self._value.get(concept, ()):
            self._give_value(thing, role, name)

    def _pass_on(self, thing: Thing, role: Role, heads: set[Concept]) -> None:
        for other in tuple(thing.near.get(role, ())):
            for head in heads:
                self._add(other, head)
        for wanted, filler in tuple(thing.demands):
            if wanted == role:
                self._meet_demand(thing, wanted, filler)

    def _meet_demand(self, thing: Thing, role: Role, filler: Concept) -> None:
        core = frozenset({filler, *self._passed(thing, role)} - {TOP}) or frozenset([TOP])
        target = self._thing(core, thing.exists)
        if (role, target) in thing.targets:
            return
        thing.targets.add((role, target))
        target.origins.add(thing)
        self._lead(target, self._inverse[role], thing)
        if BOTTOM in target.concepts:
            self._add(thing, BOTTOM)

    def _lead(self, thing: Thing, role: Role, other: Thing) -> None:
        """Let a thing pass on over a role what its concepts imply, to another one."""
        near = thing.near.setdefault(role, set())
        if other not in near:
            near.add(other)
            for head in self._passed(thing, role):
                self._add(other, head)

    def _meet(self, thing: Thing, role: Role, other: Thing) -> None:
        self._lead(thing, role, other)
        self._lead(other, self._inverse[role], thing)

    def _give_value(self, thing: Thing, role: Role, name: Node) -> None:
        if (role, name) in thing.values:
            return
        thing.values.add((role, name))
        other = self.thing(name)
        if thing.name is not None:
            self.values.add((thing.name, role, name))
        else:
            self._to_nominals = True
        if thing.exists:
            self._meet(thing, role, other)
        else:
            self._lead(other, self._inverse[role], thing)

    def check_values(self) -> None:
        """Refuse where a class, had it members, would imply something new of an individual.

        Raises:
            Unsupported: It is so.
        """
        for thing in self._nameless.values() if self._to_nominals else ():
            if thing.exists or BOTTOM in thing.concepts:
                continue
            for role, name in thing.values:
                if not self._passed(thing, role) <= self.things[name].concepts:
                    raise Unsupported(f"a value that would say something of <{name}> if a class had members")

    # Edges that go

    def unlink(self, gone: Collection[Edge], stays: Callable[[Edge], bool]) -> bool:
        """Take edges out: forget all that things have which may rest on them, and find again what rests on others.

        Args:
            gone: The edges that go, by roles that stand for others.
            stays: Whether an edge is still there all the same.

        Returns:
            Whether that was possible; where not, what stands here is no longer right and all must be found anew.
        """
        hit = self._may_rest_on(gone)
        before = {thing: frozenset(thing.concepts) for thing in hit}
        valued = {(t.name, role, name) for t in hit for role, name in t.values if t.name is not None}
        self.values -= valued
        for edge in {*gone, *valued}:
            subject, role, name = edge
            turned = (name, self._inverse[role], subject)
            if not stays(edge) and self.values.isdisjoint((edge, turned)):
                a, b = self.things[subject], self.things[name]
                a.near.get(role, set()).discard(b)
                b.near.get(self._inverse[role], set()).discard(a)
        for thing in hit:
            for role, target in thing.targets:
                target.origins.discard(thing)
                target.near[self._inverse[role]].discard(thing)
            for kept in (thing.concepts, thing.demands, thing.targets, thing.values):
                kept.clear()
        self._end_existence()
        for thing in hit:
            self._begin(thing)
            for role, others in thing.near.items():
                for other in others:
                    for head in self._passed(other, self._inverse[role]) if other.exists else ():
                        self._add(thing, head)
        self.run()
        return not any(self._lost_for_nameless(thing, concepts) for thing, concepts in before.items())

    def _passed(self, thing: Thing, role: Role) -> set[Concept]:
        found: set[Concept] = set()
        for concept in thing.concepts:
            passed = self._only.get(concept)
            if passed and role in passed:
                found |= passed[role]
        return found

    def _may_rest_on(self, gone: Iterable[Edge]) -> set[Thing]:
        """Return the individuals that have a concept that may have come over an edge, near or far."""
        stack = [
            self.things[target]
            for edge in gone
            for subject, role, target in (edge, (edge[2], self._inverse[edge[1]], edge[0]))
            if self._passed(self.things[subject], role)
        ]
        stack += [self.things[name] for thing in self._nameless.values() if thing.exists for _, name in thing.values]
        found: set[Thing] = set()
        while stack:
            thing = stack.pop()
            if thing not in found:
                found.add(thing)
                for role, others in thing.near.items():
                    if self._passed(thing, role):
                        stack.extend(other for other in others if other.name is not None)
        return found

    def _end_existence(self) -> None:
        """Find out anew which nameless things exist for sure: those that an individual or all there is demands."""
        alive = {self._anything}
        stack: list[Thing] = [self._anything]
        for thing in self._nameless.values():
            if any(origin.name is not None for origin in thing.origins):
                alive.add(thing)
                stack.append(thing)
        while stack:
            for _, target in stack.pop().targets:
                if target not in alive:
                    alive.add(target)
                    stack.append(target)
        for thing in self._nameless.values():
            if thing.exists and thing not in alive:
                thing.exists = False
                for role, name in thing.values:
                    thing.near.get(role, set()).discard(self.things[name])

    def _lost_for_nameless(self, thing: Thing, before: frozenset[Concept]) -> bool:
        """Whether a nameless thing may have got what its value no longer implies."""
        lost = before - thing.concepts
        roles = {role for role, others in thing.near.items() if any(other.name is None for other in others)}
        return any(roles & self._only[concept].keys() for concept in lost if concept in self._only)
