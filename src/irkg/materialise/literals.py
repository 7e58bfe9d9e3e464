"""Whether literals surely lie in the range of a data property; what is not sure is left to a full reasoner."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import pyoxigraph as ox

from irkg.materialise.roles import Unsupported
from irkg.vocab import RDF, RDFS, XSD

# Lexical forms of the datatypes that irkg uses (XML Schema 1.1, part 2, section 3.3)
_FORMS = {
    XSD + "string": re.compile(r"(?s).*"),
    XSD + "boolean": re.compile(r"true|false|1|0"),
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    RDF + "langString": re.compile(r"(?s).*"),
}
_WITHIN = {
    XSD + "integer": {XSD + "integer", XSD + "decimal"},
    RDF + "langString": {RDF + "langString", RDF + "PlainLiteral"},
    XSD + "string": {XSD + "string", RDF + "PlainLiteral"},
}


def check_values(values: Iterable[ox.Literal], ranges: Collection[str]) -> None:
    """Refuse literals that do not surely lie in all of some ranges.

    Args:
        values: The literals.
        ranges: IRIs of datatypes.

    Raises:
        Unsupported: A datatype is not handled, or a literal may lie outside a range or be none of its datatype.
    """
    wanted = set(ranges) - {RDFS + "Literal"}
    for value in values:
        kind = value.datatype.value
        if kind not in _FORMS or not _FORMS[kind].fullmatch(value.value):
            raise Unsupported(f"the literal {value}")
        if not wanted <= _WITHIN.get(kind, {kind}):
            raise Unsupported(f"the literal {value} outside of the range of its property")
