"""The ontology as one page of Markdown: every class and relation, by branch, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyoxigraph as ox

from irkg import resources
from irkg import vocab as v
from irkg.export.property_graph import Edge, Ontology, edges
from irkg.model import Strength, Support
from irkg.sssom import read_mappings

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")
_ONTOLOGY = ox.NamedNode(v.GRAPH_ONTOLOGY)
_PATTERNS = {"verb": v.VERB_PATTERN, "noun": v.NOUN_PATTERN, "adjective": v.ADJECTIVE_PATTERN}
_CHARACTERISTICS = (
    "Transitive",
    "Symmetric",
    "Asymmetric",
    "Reflexive",
    "Irreflexive",
    "Functional",
    "InverseFunctional",
)
_JUNCTIONS = {v.OWL + "intersectionOf": "and", v.OWL + "unionOf": "or"}
_RESTRICTIONS = {v.OWL + "someValuesFrom": "some", v.OWL + "allValuesFrom": "only", v.OWL + "hasValue": "value"}
_HEADER = {"description": v.DCTERMS + "description", "version": v.OWL + "versionInfo", "license": v.DCTERMS + "license"}
_ABOUT = """\
Every class and relation, as `irkg export --format markdown` writes them: edit the ontology, not this page. An example
is the strongest claim about a term that makes an edge, with its evidence (`source:start-end`, in characters).\
"""
_Section = tuple[str, str, list[str]]  # anchor, title, IRIs


def write_ontology_page(store: ox.Store, out: BinaryIO) -> None:
    """Write a page with a table of contents, the kinds by branch, the relations, and the classes of the model."""
    for line in _Page(store).lines():
        out.write(f"{line}\n".encode())


def _mappings() -> dict[str, list[str]]:
    """Return which terms of other vocabularies ours are mapped to, in words; refused matches are left out."""
    found: dict[str, list[str]] = {}
    for match in read_mappings(resources.mappings_file()).matches:
        if not match.refused:
            label = f" ({match.label})" if match.label else ""
            found.setdefault(match.subject, []).append(f"{match.predicate} {match.object}{label}")
    return {term: sorted(mappings) for term, mappings in found.items()}


class _Page:
    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._ontology = Ontology(store)
        self._mappings = _mappings()
        self._examples = _examples(edges(store))

    def lines(self) -> Iterator[str]:
        """Yield the lines of the page."""
        ontology = next((s for s in self._typed("Ontology")), "")
        yield f"# {_text(self._ontology.first(ontology, v.DCTERMS + 'title') or 'Ontology')}"
        yield ""
        yield _ABOUT
        yield ""
        for name, predicate in _HEADER.items():
            for value in self._ontology.values(ontology, predicate):
                yield f"- {name}: {_text(value)}"
        sections = [*self._kinds(), *self._relations(), self._model(), self._ancestors()]
        yield from ("", "## Contents", "")
        for anchor, title, iris in sections:
            yield f"- [{_text(title)}](#{anchor}) ({len(iris)})"
        for anchor, title, iris in sections:
            yield from ("", f'## <a id="{anchor}"></a>{_text(title)}')
            for iri in iris:
                yield from self._relation(iri) if anchor.startswith("relations") else self._class(iri)

    def _typed(self, *types: str) -> list[str]:
        """Return the named things of the ontology of some OWL types, by label."""
        found = {
            q.subject.value
            for t in types
            for q in self._store.quads_for_pattern(None, ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.OWL + t), _ONTOLOGY)
            if isinstance(q.subject, ox.NamedNode)
        }
        return sorted(found, key=lambda iri: (self._ontology.label(iri).casefold(), iri))

    def _is_ancestor(self, iri: str) -> bool:
        """Return whether a class only stands here as an ancestor of kinds: another ontology's, not defined here."""
        return iri.startswith(v.OBO) and not self._ontology.first(iri, v.DEFINITION)

    def _classes(self) -> list[str]:
        return [c for c in self._typed("Class") if not self._is_ancestor(c)]

    def _ancestors(self) -> _Section:
        classes = [c for c in self._typed("Class") if self._is_ancestor(c)]
        return "ancestors", "Classes of other ontologies above kinds", classes

    def _kinds(self) -> list[_Section]:
        """Return the branches; a kind of several stands in the first, by label, and bears the names of the others."""
        branches: dict[str, list[str]] = {}
        for iri in self._classes():
            found = sorted(self._ontology.branches(iri), key=self._ontology.label)
            if found:
                branches.setdefault(found[0], []).append(iri)
        order = sorted(branches, key=lambda b: self._ontology.label(b).casefold())
        return [(f"branch-{_anchor(b)}", f"Kinds: {self._ontology.label(b)}", branches[b]) for b in order]

    def _relations(self) -> list[_Section]:
        properties = self._typed("ObjectProperty")
        claimed = [p for p in properties if self._ontology.values(p, v.RELATION_NAME)]
        others = [p for p in properties if p not in claimed]
        return [
            ("relations", "Relations that claims use", claimed),
            ("relations-others", "Other relations: inverses, derived ones, and those of the model", others),
        ]

    def _model(self) -> _Section:
        classes = [c for c in self._classes() if not self._ontology.branches(c)]
        return "model", "Classes of the model", classes

    def _class(self, iri: str) -> Iterator[str]:
        yield from self._head(iri)
        branches = self._ontology.branches(iri)
        facts = {
            "is a": self._links(self._ontology.values(iri, v.SUBCLASS_OF)),
            "defined as": "; ".join(self._expressions(iri, v.OWL + "equivalentClass")),
            "always": "; ".join(self._expressions(iri, v.SUBCLASS_OF)),
            "branches": self._links(branches) if len(branches) > 1 else "",
        }
        yield from self._facts(iri, facts)

    def _relation(self, iri: str) -> Iterator[str]:
        yield from self._head(iri)
        of = self._ontology.values
        facts = {
            "subjects, as advice": self._links(of(iri, v.DOMAIN_INCLUDES)),
            "objects, as advice": self._links(of(iri, v.RANGE_INCLUDES)),
            "subjects, by axiom": self._links(of(iri, v.RDFS + "domain")),
            "objects, by axiom": self._links(of(iri, v.RDFS + "range")),
            "is a": self._links(of(iri, v.RDFS + "subPropertyOf")),
            "follows from": "; ".join(self._chains(iri)),
            "inverse": self._links(self._inverses(iri)),
            "characteristics": ", ".join(
                c.lower() for c in _CHARACTERISTICS if v.OWL + f"{c}Property" in of(iri, v.RDF_TYPE)
            ),
            **{f"words, {name}": "; ".join(map(_text, of(iri, p))) for name, p in _PATTERNS.items()},
        }
        yield from self._facts(iri, facts)

    def _head(self, iri: str) -> Iterator[str]:
        yield from ("", f'### <a id="{_anchor(iri)}"></a>{_text(self._ontology.label(iri))}', "")
        yield f"`{v.contract(iri)}` {_text(self._ontology.first(iri, v.DEFINITION))}".rstrip()
        yield ""

    def _facts(self, iri: str, facts: dict[str, str]) -> Iterator[str]:
        shown = self._ontology.label(iri)
        names = {n for p in (v.LABEL, v.EXACT_SYNONYM) for n in self._ontology.values(iri, p)} - {shown}
        every = {
            "also called": ", ".join(map(_text, sorted(names, key=lambda n: (n.casefold(), n)))),
            "in context": ", ".join(map(_text, self._ontology.values(iri, v.RELATED_SYNONYM))),
            **facts,
            "maps to": "; ".join(map(_text, self._mappings.get(v.contract(iri), ()))),
            "example": self._example(iri),
        }
        for name, value in every.items():
            if value:
                yield f"- {name}: {value}"

    def _links(self, iris: Iterable[str]) -> str:
        named = sorted((self._ontology.label(i), i) for i in iris)
        return ", ".join(f"[{_text(label)}](#{_anchor(i)})" for label, i in named)

    def _inverses(self, iri: str) -> set[str]:
        inverse, own = ox.NamedNode(v.OWL + "inverseOf"), ox.NamedNode(iri)
        back = {q.subject for q in self._store.quads_for_pattern(None, inverse, own, _ONTOLOGY)}
        there = {q.object for q in self._store.quads_for_pattern(own, inverse, None, _ONTOLOGY)}
        return {n.value for n in back | there if isinstance(n, ox.NamedNode)}

    def _chains(self, iri: str) -> list[str]:
        """Return the property chains that a relation follows from, in words."""
        chains = self._store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(v.OWL + "propertyChainAxiom"), None, _ONTOLOGY
        )
        return sorted(" then ".join(self._links([m]) for m in self._members(q.object)) for q in chains)

    def _members(self, head: object) -> Iterator[str]:
        yield from (member.value for member in self._listed(head) if isinstance(member, ox.NamedNode))

    def _listed(self, head: object) -> Iterator[object]:
        while isinstance(head, ox.BlankNode):
            about = self._about(head)
            yield about.get(v.RDF + "first")
            head = about.get(v.RDF + "rest")

    def _about(self, node: ox.BlankNode) -> dict[str, object]:
        return {q.predicate.value: q.object for q in self._store.quads_for_pattern(node, None, None, _ONTOLOGY)}

    def _expressions(self, iri: str, predicate: str) -> list[str]:
        """Return the nameless classes that a class equals or falls under, in words."""
        quads = self._store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None, _ONTOLOGY)
        return sorted(self._expression(q.object) for q in quads if isinstance(q.object, ox.BlankNode))

    def _expression(self, node: object) -> str:
        """Return a class expression as Manchester syntax words it, brackets only where one stands in another."""
        if isinstance(node, ox.NamedNode):
            return self._links([node.value]) if self._has_entry(node) else _text(self._ontology.label(node.value))
        about = self._about(node) if isinstance(node, ox.BlankNode) else {}
        for predicate, word in _JUNCTIONS.items():
            if predicate in about:
                members = [(m, self._expression(m)) for m in self._listed(about[predicate])]
                return f" {word} ".join(f"({t})" if isinstance(m, ox.BlankNode) else t for m, t in members)
        for predicate, word in _RESTRICTIONS.items():
            if predicate in about:
                return (
                    f"{self._expression(about.get(v.OWL + 'onProperty'))} {word} {self._expression(about[predicate])}"
                )
        return "an expression that this page has no words for"

    def _has_entry(self, node: ox.NamedNode) -> bool:
        types = self._ontology.values(node.value, v.RDF_TYPE)
        return bool({v.OWL + "Class", v.OWL + "ObjectProperty"}.intersection(types))

    def _example(self, iri: str) -> str:
        edge = self._examples.get(iri)
        if edge is None:
            return ""
        words = " ".join(self._ontology.label(i) for i in (edge.subject, edge.predicate, edge.object))
        return f"{_text(words)} ({edge.strength}, {edge.review}; {', '.join(f'`{e}`' for e in edge.evidence)})"


def _examples(found: Iterable[Edge]) -> dict[str, Edge]:
    """Return for each kind and relation the best stated edge: accepted first, then the strongest, then the first."""
    order = list(Strength)
    stated = [e for e in found if e.support is Support.STATED and e.strength]
    best: dict[str, Edge] = {}
    for edge in sorted(stated, key=lambda e: (e.review, order.index(Strength(e.strength)))):
        for iri in (edge.subject, edge.predicate, edge.object):
            best.setdefault(iri, edge)
    return best


def _anchor(iri: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", v.contract(iri))


def _text(value: str) -> str:
    r"""Return a text as Markdown that shows it as it is.

    Example:
        >>> print(_text("PD-1 [CD279] *"))
        PD-1 \[CD279\] \*
    """
    return _SPECIAL.sub(r"\\\1", " ".join(value.split()))
