"""SPARQL as text: its tokens, and values put in the place of placeholders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import pyoxigraph as ox

from irkg import vocab
from irkg.errors import QueryError, UnknownName
from irkg.model import Param, QuerySpec, ValueType

# Letters, digits and all that is not ASCII (PN_CHARS and more), without and with the signs of prefixes and of local
# names: an escaped quote behind such a character begins no string. They are told by what they are not, which compiles
# ten times as fast.
_VAR, _PREFIX, _LOCAL = r"[^\x00-/:-@\[-^`{-\x7f]", r"[^\x00-,/:-@\[-^`{-\x7f]", r"[^\x00-$&-,/;-@\[-^`{-\x7f]"
# The terminals of SPARQL 1.1 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar) that decide where a variable
# is a variable. Order counts: long strings before short ones, IRIs before the operator "<".
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<comment>\#[^\n\r]*)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^"\\]|\\.))*\"\"\" | '''(?:'{{0,2}}(?:[^'\\]|\\.))*'''
             | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<var>[?$]{_VAR}+)
  | (?P<name>(?:{_VAR}{_PREFIX}*+)?:(?:{_LOCAL}|\\.)*)
  | (?P<word>@?\w[\w\-]*)
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLACEHOLDER = re.compile(r"[?$]__?[A-Za-z0-9]+_[a-z]+")
_INTEGER = re.compile(r"[0-9]{1,18}")
_LONGEST_VALUE = 2_000  # characters; no name or IRI in use comes near
# Unicode's control, format (bidirectional marks among them), surrogate and line-breaking characters, and the
# backslash, whose escapes some engines resolve before they look for the end of a string (SPARQL 1.1, 19.2).
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
"""The forms of a query (SPARQL 1.1 Query, section 16)."""


@dataclass(frozen=True, slots=True)
class Token:
    """A terminal of SPARQL.

    Attributes:
        sort: `iri`, `string`, `var`, `name` (prefixed), `word` or `sign`.
        text: Its characters.
        start: Offset of the first one.
        group: Offset behind the `{` of the innermost group that it stands in, -1 outside of all.
        depth: The number of brackets that are open around it.
        line: Its line, 1-based.
    """

    sort: str
    text: str
    start: int
    group: int
    depth: int
    line: int

    @property
    def keyword(self) -> str:
        """The word in capitals, empty where the token is not a word."""
        return self.text.upper() if self.sort == "word" else ""


def tokens(sparql: str) -> Iterator[Token]:
    """Split SPARQL into its terminals; spaces and comments are left out.

    Args:
        sparql: Any text; what no terminal fits becomes a `sign`.

    Yields:
        The tokens in order.

    Example:
        >>> [t.text for t in tokens('ASK { ?s :p "?x" } # ?y')]
        ['ASK', '{', '?s', ':p', '"?x"', '}']
    """
    opened: list[int] = []
    groups = [-1]
    line = 1
    for match in _TOKEN.finditer(sparql):
        sort, text = str(match.lastgroup), match[0]
        if text in (")", "]", "}") and opened:
            opened.pop()
            groups.pop()
        if sort not in ("space", "comment"):
            yield Token(sort, text, match.start(), groups[-1], len(opened), line)
        if sort == "sign" and text in "([{":
            opened.append(match.end())
            groups.append(match.end() if text == "{" else groups[-1])
        line += text.count("\n")


def form(sparql: str) -> str:
    """Return which form a query has: the first keyword behind its prologue, in capitals, or an empty string.

    Example:
        >>> form("PREFIX select: <urn:x:> CONSTRUCT WHERE { ?s ?p ?o }")
        'CONSTRUCT'
    """
    words = (t.keyword for t in tokens(sparql))
    return next((w for w in words if w and w not in ("PREFIX", "BASE", "VERSION")), "")


def is_ordered(sparql: str) -> bool:
    """Return whether a query orders its rows, or those of a part of it.

    Example:
        >>> is_ordered("SELECT ?order { ?order ?p 'ORDER BY' }")
        False
    """
    return any(token.keyword == "ORDER" for token in tokens(sparql))


def check_placeholders(sparql: str, params: Sequence[Param]) -> None:
    """Check that the placeholders of a query are those of its parameters and stand where a value may.

    Args:
        sparql: The query.
        params: Its parameters.

    Raises:
        QueryError: A placeholder is missing, undeclared, projected or in a CONSTRUCT template; with its line.
    """
    declared = {p.placeholder for p in params}
    found: set[str] = set()
    template = _template(sparql)
    for token in tokens(sparql):
        if token.sort != "var" or not _PLACEHOLDER.fullmatch(token.text):
            continue
        if token.text not in declared:
            raise QueryError(f"{token.text} is not declared", line=token.line, remedy="name it in the line #+ params:")
        if token.group in (-1, template):
            raise QueryError(f"{token.text} must stand in a pattern and nowhere else", line=token.line)
        found.add(token.text)
    if found != declared:
        raise QueryError(f"the parameter {min(declared - found)} does not occur in the query")


def _template(sparql: str) -> int | None:
    """Return the group that is the template of a CONSTRUCT query, None where there is none."""
    last = ""
    for token in tokens(sparql):
        if token.text == "{":
            return token.start + 1 if last == "CONSTRUCT" else None
        last = token.keyword
    return None


def iri_term(iri: str) -> str:
    """Return an IRI as SPARQL writes it.

    Raises:
        QueryError: It is not an absolute IRI.

    Example:
        >>> iri_term("https://w3id.org/irkg/kind/TregRecruitment")
        '<https://w3id.org/irkg/kind/TregRecruitment>'
    """
    _check_characters(iri)
    try:
        term = f"<{ox.NamedNode(iri).value}>"
    except ValueError as error:
        raise QueryError(f"not an absolute IRI: {iri[:80]!a}", remedy="use a name, CURIE or IRI") from error
    match = _TOKEN.fullmatch(term)
    if match is None or match.lastgroup != "iri" or "\\" in term:
        raise QueryError(f"has a character that IRIs cannot have: {iri[:80]!a}")
    return term


def integer_term(number: str) -> str:
    """Return a whole number as SPARQL writes it.

    Raises:
        QueryError: It is not one, is negative, or has more than 18 digits.

    Example:
        >>> integer_term("04")
        '"4"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if not _INTEGER.fullmatch(number):
        raise QueryError(f"not a whole number: {number[:80]!a}", remedy="use digits only")
    return f'"{int(number)}"^^<{vocab.XSD}integer>'


def literal_term(text: str) -> str:
    r"""Return a text as SPARQL writes it.

    Raises:
        QueryError: It is empty, too long, or has a character that a name does not need.

    Example:
        >>> literal_term('so-called "cold" tumors')
        '"so-called \\"cold\\" tumors"'
    """
    _check_characters(text)
    if not text or "\\" in text:
        raise QueryError(f"no text that can be looked for: {text[:80]!a}", remedy="use words without backslashes")
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'


def _check_characters(value: str) -> None:
    if len(value) > _LONGEST_VALUE:
        raise QueryError(f"a value of {len(value):,} characters is too long", remedy="use a name, CURIE or IRI")
    if any(unicodedata.category(c) in _UNFIT for c in value):
        raise QueryError(f"has a control character: {value[:80]!a}", remedy="use a name, CURIE or IRI")


_TERMS = {ValueType.IRI: iri_term, ValueType.INTEGER: integer_term, ValueType.LITERAL: literal_term}


def bind(spec: QuerySpec, values: Mapping[str, Sequence[str]]) -> str:
    """Put values in the place of a query's placeholders.

    One value replaces the placeholder's tokens. For several, the placeholder stays a variable and the group
    that it stands in gets a VALUES block: a block at the end of the query would not reach a variable that a
    sub-select or a GROUP BY does not project. A placeholder without a value stays a variable: any value fits.

    Args:
        spec: The query.
        values: By name of the parameter, the IRIs, numbers or texts that its type asks for.

    Returns:
        SPARQL that any engine runs.

    Raises:
        UnknownName: There is no such parameter.
        QueryError: A required parameter has no value, or a value is not of its type.
    """
    terms: dict[str, list[str]] = {}
    by_name = {p.name: p for p in spec.params}
    for name, given in values.items():
        if name not in by_name:
            known = ", ".join(by_name) or "it has none"
            from difflib import get_close_matches

            near = get_close_matches(name, by_name)
            raise UnknownName("parameter", name, near=near, remedy=f"the query {spec.name} takes: {known}")
        if given:
            term = _TERMS[by_name[name].type]
            terms[by_name[name].placeholder] = list(dict.fromkeys(map(term, given)))
    for param in spec.params:
        if param.required and param.placeholder not in terms:
            raise QueryError(f"the query {spec.name} needs a {param.name}", remedy=f"add --{param.name} VALUE")
    return _replace(spec.text, terms)


@lru_cache(maxsize=256)  # more than the catalogue has
def _variables(sparql: str) -> tuple[Token, ...]:
    return tuple(token for token in tokens(sparql) if token.sort == "var")


def _replace(sparql: str, terms: Mapping[str, Sequence[str]]) -> str:
    edits: dict[tuple[int, int, str], str] = {}  # (from, to, placeholder) to the new text
    for token in _variables(sparql):
        chosen = terms.get(token.text, ())
        if len(chosen) == 1:
            edits[token.start, token.start + len(token.text), token.text] = chosen[0]
        elif chosen:
            edits[token.group, token.group, token.text] = f" VALUES {token.text} {{ {' '.join(chosen)} }}"
    parts: list[str] = []
    at = 0
    for (start, end, _), new in sorted(edits.items()):
        parts += [sparql[at:start], new]
        at = end
    return "".join([*parts, sparql[at:]])


def with_prefixes(text: str) -> str:
    """Declare the prefixes of the knowledge graph that a query uses and does not declare.

    Args:
        text: A query; its lines keep their numbers.

    Example:
        >>> with_prefixes("ASK { ?s a irkg:Claim }")
        'PREFIX irkg: <https://w3id.org/irkg/> ASK { ?s a irkg:Claim }'
    """
    read = list(tokens(text))
    declared = {b.text for a, b in pairwise(read) if a.keyword == "PREFIX"}
    used = {t.text.partition(":")[0] for t in read if t.sort == "name"}
    missing = [p for p in vocab.PREFIXES if p in used and p + ":" not in declared]
    return "".join(f"PREFIX {p}: <{vocab.PREFIXES[p]}> " for p in missing) + text
