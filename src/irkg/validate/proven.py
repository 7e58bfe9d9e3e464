"""On what of SHACL the native engine is proven to find what pySHACL finds, and what that hangs on in the data."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from irkg.ontology_file import read_quads
from irkg.resources import shapes_files
from irkg.validate.shapes import ASIDE, TARGETS, Shapes, Term
from irkg.vocab import RDF, SH, XSD

PROVEN = frozenset(
    {
        *("property", "path", "inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
        *("class", "nodeKind", "minCount", "maxCount", "minLength", "maxLength", "in", "hasValue"),
        *("and", "or", "not", "xone", "node", "qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount"),
        *("datatype", "pattern", "disjoint", "equals", "closed", "ignoredProperties", "deactivated"),
        *("languageIn", "qualifiedValueShapesDisjoint"),
    }
)
"""The parameters of constraints, and parts of paths, for which tests/test_shacl_engines.py holds both engines equal."""
BOUNDS = frozenset({"minInclusive", "maxInclusive", "minExclusive", "maxExclusive"})
"""Proven on numbers: of what has no order, each engine has its own view."""

_AROUND_QUERIES = frozenset({"prefixes", "declare", "prefix", "namespace"})
_MAX_LIST = 200
_DATATYPES = {XSD + name for name in ("string", "boolean", "integer", "decimal")}  # of dates each has its own view
# What Python's re and Rust's regex read alike: ASCII, no escapes but of signs
_PLAIN_PATTERN = re.compile(r"(?:[ -\[\]-~]|\\[^A-Za-z0-9\s])*")
# What only one of them reads, or each in its own way: groups with a question mark, classes in classes, odd braces
_ODD_PATTERN = re.compile(r"\(\?|\[\^?\[|&&|--|~~|\{(?!\d+(?:,\d*)?\})|[*+?}][+*]|\]\]")
_COMPARED = re.compile(r"[?$](\w+) *[<>]=? *[?$](\w+)")  # the engines order numbers alike, and other things not
_PLAIN_NUMBER = {
    XSD + "integer": re.compile(r"-?[0-9]{1,15}"),
    XSD + "decimal": re.compile(r"-?[0-9]{1,9}\.[0-9]{1,6}"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a graph decides whether a constraint is proven on it.

    Attributes:
        breaks: Whether a text ends with a line break. pySHACL's `$` is met before it, and the native engine's, as XPath
            has it, behind it only.
        other_than_numbers: The properties that have a value which is no integer or decimal of the usual form.
    """

    breaks: bool
    other_than_numbers: frozenset[str]

    @classmethod
    def of(cls, data: Iterable[ox.Triple]) -> Seen:
        """Look through a graph."""
        breaks, others = False, set()
        for t in data:
            if _is_number(t.object):
                continue
            others.add(t.predicate.value)
            breaks = breaks or (isinstance(t.object, ox.Literal) and t.object.value.endswith("\n"))
        return cls(breaks, frozenset(others))


def is_proven_target(shapes: Shapes, triple: ox.Triple, seen: Seen) -> bool:
    """Return whether both engines find the same nodes by what a shape says that it is about.

    Args:
        shapes: All shapes.
        triple: What one of them says.
        seen: What there is in the data.
    """
    word = triple.predicate.value.removeprefix(SH)
    return word in TARGETS or (word == "target" and _is_proven_query(shapes, triple, seen))


def is_proven(shapes: Shapes, triple: ox.Triple, seen: Seen) -> bool:
    """Return whether both engines read a part of a shape alike.

    Args:
        shapes: All shapes.
        triple: The part; what it leads to is asked for itself.
        seen: What there is in the data.
    """
    iri, value = triple.predicate.value, triple.object
    word = iri.removeprefix(SH)
    if not iri.startswith(SH):
        return True
    if word == "pattern":
        return not seen.breaks and isinstance(value, ox.Literal) and _is_plain(value.value)
    if word == "datatype":
        return isinstance(value, ox.NamedNode) and value.value in _DATATYPES
    if word in ("in", "and", "or", "xone", "ignoredProperties", "languageIn"):
        return _is_short_list(shapes, value)
    if word in BOUNDS:
        return _is_number(value) and _has_numbers(shapes.values(triple.subject, "path"), seen)
    if word == "lessThan":
        return all(_has_numbers(at, seen) for at in (shapes.values(triple.subject, "path"), [value]))
    if word == "sparql":
        return _is_proven_query(shapes, triple, seen) and not _has_variables(shapes.message(triple.subject))
    if word == "select":
        return isinstance(value, ox.Literal) and value.value in own_queries()
    return word in PROVEN or word in ASIDE or word in TARGETS or word in _AROUND_QUERIES


@cache
def own_queries() -> frozenset[str]:
    """Return the SPARQL of the shapes that ship: each is held equal on both engines by a test, a user's own is not."""
    quads = (q for path in shapes_files() for q in read_quads(path, ox.RdfFormat.TURTLE))
    said = (q.object for q in quads if q.predicate.value == SH + "select")
    return frozenset(text.value for text in said if isinstance(text, ox.Literal))


def _is_proven_query(shapes: Shapes, triple: ox.Triple, seen: Seen) -> bool:
    """Return whether a constraint or target is one of ours, says nothing besides its query, and compares numbers."""
    node = triple.object
    words = {t.predicate.value.removeprefix(SH) for t in shapes.about_of(node) if t.predicate.value.startswith(SH)}
    texts = [t.value for t in shapes.values(node, "select") if isinstance(t, ox.Literal)]
    if words != {"select", "prefixes"} or len(texts) != 1 or texts[0] not in own_queries():
        return False
    prefixes = dict(_prefixes(shapes, node))
    for variable in itertools.chain.from_iterable(_COMPARED.findall(texts[0])):
        names = re.findall(rf"(?:(\$PATH)|(\w+):(\w+)) [?$]{variable}\b", texts[0])
        if not all(path or prefix in prefixes for path, prefix, _ in names):
            return False
        properties: list[Term] = []
        for path, prefix, local in names:
            properties += shapes.values(triple.subject, "path") if path else [ox.NamedNode(prefixes[prefix] + local)]
        if not _has_numbers(properties, seen):
            return False
    return True


def _prefixes(shapes: Shapes, node: Term) -> Iterator[tuple[str, str]]:
    for declared in (d for place in shapes.values(node, "prefixes") for d in shapes.values(place, "declare")):
        for prefix, namespace in zip(*(shapes.values(declared, w) for w in ("prefix", "namespace")), strict=False):
            if isinstance(prefix, ox.Literal) and isinstance(namespace, ox.Literal):
                yield prefix.value, namespace.value


def _has_variables(message: str) -> bool:
    """Return whether a message shows values of the query (SHACL, 5.3.2), which the native engine leaves as they are."""
    return "{?" in message or "{$" in message


def _has_numbers(properties: list[Term], seen: Seen) -> bool:
    known = [p.value for p in properties if isinstance(p, ox.NamedNode)]
    return 0 < len(known) == len(properties) and seen.other_than_numbers.isdisjoint(known)


def _is_number(term: Term) -> bool:
    form = _PLAIN_NUMBER.get(term.datatype.value) if isinstance(term, ox.Literal) else None
    return form is not None and isinstance(term, ox.Literal) and form.fullmatch(term.value) is not None


def _is_short_list(shapes: Shapes, head: Term) -> bool:
    """Return whether a list ends, and soon."""
    nil = ox.NamedNode(RDF + "nil")
    for _ in range(_MAX_LIST + 1):
        if head == nil:
            return True
        rests = [t.object for t in shapes.about_of(head) if t.predicate.value == RDF + "rest"]
        if len(rests) != 1:
            return False
        head = rests[0]
    return False


def _is_plain(pattern: str) -> bool:
    return _PLAIN_PATTERN.fullmatch(pattern) is not None and _ODD_PATTERN.search(pattern) is None
