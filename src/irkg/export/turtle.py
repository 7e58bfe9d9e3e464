"""Turtle out of sorted N-Triples, subject by subject: OWL expressions nested, in as little memory as the lines take.

rdflib nests them too, but holds the whole graph and takes many times as long; pyoxigraph does not nest. N-Triples is
Turtle (https://www.w3.org/TR/turtle/, section 2), so that whatever is not made shorter here is right as it stands.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import groupby
from typing import BinaryIO

import pyoxigraph as ox

from irkg.export.order import merged_lines, terms_of
from irkg.vocab import LABEL, PREFIXES, RDF, RDF_TYPE, XSD

_Said = list[tuple[str, list[str]]]  # predicates with their objects

_STEP = " " * 4
_DEEPEST = 40  # expressions in expressions; what lies deeper gets a name
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?", re.ASCII)  # of PN_LOCAL, what needs no escape
_BARE = {
    XSD + "boolean": re.compile("true|false"),
    XSD + "integer": re.compile("[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
}
_NAMES = 1 << 16  # that are kept for their next use
_FIRST, _REST, _NIL = (f"<{RDF}{name}>" for name in ("first", "rest", "nil"))
_BEFORE = {f"<{RDF_TYPE}>": 0, f"<{LABEL}>": 1}  # what people look for at the beginning


def write_turtle(store: ox.Store, out: BinaryIO) -> None:
    """Write ontology, claims and edges as one graph, sorted by subject, and OWL expressions where they are used."""
    with merged_lines(store) as (lines, with_blanks):
        for prefix in sorted(PREFIXES):
            out.write(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n".encode())
        for block in _Blocks(with_blanks).of(lines):
            out.write(f"\n{block} .\n".encode())


class _Blocks:
    """Subjects with all that is said of them.

    Args:
        with_blanks: The triples that have a blank node: they are needed before their turn, to be nested.
    """

    def __init__(self, with_blanks: Iterable[ox.Quad]) -> None:
        said: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._used: Counter[str] = Counter()
        for quad in with_blanks:
            subject, predicate, value = map(str, quad.triple)
            if isinstance(quad.subject, ox.BlankNode):
                said[subject].append((predicate, value))
            if isinstance(quad.object, ox.BlankNode):
                self._used[value] += 1
        self._nodes = {node: _grouped(pairs) for node, pairs in said.items()}
        self._written: set[str] = set()

    def of(self, lines: Iterable[bytes]) -> Iterator[str]:
        """Yield a block for each subject of sorted lines, and for each blank node that none of them nests."""
        for subject, own in groupby(map(_split, lines), key=_subject):
            if not subject.startswith("_:"):  # these come last, and are known
                yield f"{_short(subject)} {self._said(_grouped((p, o) for _, p, o in own), 0)}"
        # Those that are used once stand in others, unless these stand in them in turn.
        for node in sorted(self._nodes, key=lambda node: (self._used[node] == 1, node)):
            if node not in self._written:
                self._written.add(node)
                yield f"{node if self._used[node] else '[]'} {self._said(self._nodes[node], 0)}"

    def _said(self, said: _Said, depth: int) -> str:
        """Return predicates and objects as they follow a subject, or the bracket of a blank node."""
        return f" ;\n{_STEP * (depth + 1)}".join(
            f"{_predicate(predicate)} " + f",\n{_STEP * (depth + 2)}".join(self._value(v, depth) for v in values)
            for predicate, values in said
        )

    def _value(self, value: str, depth: int) -> str:
        if not value.startswith("_:"):
            return _short(value)
        if not self._stands_here(value) or depth >= _DEEPEST:
            return value
        members = self._members(value)
        if members is not None:
            return f"( {' '.join(self._value(member, depth + 2) for member in members)} )"
        self._written.add(value)
        return f"[ {self._said(self._nodes[value], depth + 2)} ]" if value in self._nodes else "[ ]"

    def _stands_here(self, node: str) -> bool:
        return self._used[node] == 1 and node not in self._written

    def _members(self, head: str) -> list[str] | None:
        """Return the members of a list and note that it is written; None where it is none that brackets can hold."""
        members, links = [], []
        while head != _NIL:
            said: Mapping[str, list[str]] = dict(self._nodes.get(head, ()))
            if set(said) != {_FIRST, _REST} or any(len(values) > 1 for values in said.values()):
                return None
            if not self._stands_here(head) or head in links:
                return None
            links.append(head)
            members += said[_FIRST]
            head = said[_REST][0]
        self._written.update(links)
        return members


def _split(line: bytes) -> tuple[str, str, str]:
    subject, predicate, value = terms_of(line)
    return subject.decode(), predicate.decode(), value.decode()


def _subject(triple: tuple[str, str, str]) -> str:
    return triple[0]


def _grouped(pairs: Iterable[tuple[str, str]]) -> _Said:
    found: dict[str, list[str]] = {}
    for predicate, value in pairs:
        found.setdefault(predicate, []).append(value)
    return sorted(found.items(), key=lambda item: _BEFORE.get(item[0], 2))


@cache
def _namespaces() -> dict[str, str]:
    return {namespace: prefix for prefix, namespace in PREFIXES.items()}


def _predicate(term: str) -> str:
    return "a" if term == f"<{RDF_TYPE}>" else _short(term)


def _short(term: str) -> str:
    """Return an IRI or literal of N-Triples as people write it.

    Example:
        >>> [_short(t) for t in (f"<{LABEL}>", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>', "<urn:a>", '"a"@en')]
        ['rdfs:label', '5', '<urn:a>', '"a"@en']
    """
    if term.startswith('"'):
        return _literal(*term.rsplit("^^", 1)) if term.endswith(">") else term
    return _name(term) if term.startswith("<") and not term.startswith("<<") else term


def _literal(text: str, datatype: str) -> str:
    form = _BARE.get(datatype[1:-1])
    return text[1:-1] if form is not None and form.fullmatch(text[1:-1]) else f"{text}^^{_name(datatype)}"


@lru_cache(_NAMES)
def _name(iri: str) -> str:
    at = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _namespaces().get(iri[1:at])
    return f"{prefix}:{iri[at:-1]}" if prefix is not None and _LOCAL.fullmatch(iri[at:-1]) else iri
