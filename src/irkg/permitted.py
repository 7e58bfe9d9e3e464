"""What a user's own SPARQL may do, decided on the parsed query: no update and no look elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from irkg.binding import FORMS, Token, form, tokens, with_prefixes
from irkg.errors import MissingExtra, QueryError

if TYPE_CHECKING:
    from rdflib.plugins.sparql.parserutils import CompValue

# The parsers recurse for brackets, operators and lists, and pyoxigraph's crashes the process when the stack is
# full (measured: at 3,000 nested groups, or 10,000 operators in a row).
_MAX_DEPTH = 50
_MAX_TOKENS = 3_000
_MAX_LENGTH = 200_000
_MAX_FRAMES = 200_000  # of Python, that rdflib may need for so many tokens
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PATH = re.compile(r"\$PATH\b")  # what a path is put in the place of (SHACL, 5.3.1)
_FROM = re.compile(r"(?<![?$])FROM", re.IGNORECASE)
_OPENING_COMMENTS = re.compile(r"(?:\s*#[^\n\r]*)*")  # as the header of a canned query
_OPERATION = re.compile(r"[A-Z][a-z]+")
_READ = "use SELECT, CONSTRUCT, DESCRIBE or ASK"


def own_query(text: str, graphs: Collection[str] = ()) -> str:
    """Check a user's own SPARQL before the embedded engine runs it.

    The engine would fetch SERVICE over the network, and crash on thousands of nested brackets or chained operators;
    so these are refused, and so is FROM where the dataset holds no such graph.

    Args:
        text: The query.
        graphs: IRIs of the named graphs of the dataset.

    Returns:
        The same text, with the prefixes of the knowledge graph that it uses and does not declare.

    Raises:
        QueryError: It is an update, or uses what is refused; with the line where there is one.

    Example:
        >>> own_query("ASK { ?s ?p 'SERVICE' }")
        "ASK { ?s ?p 'SERVICE' }"
    """
    if len(text) > _MAX_LENGTH:
        raise QueryError(f"the query is longer than {_MAX_LENGTH:,} characters", remedy="split it")
    read = _few_tokens(text)
    text = with_prefixes(text)
    if form(text) not in FORMS and not _parsed(text):
        raise _no_query(text)
    _check_graphs(text, read, graphs)
    service = next((t for t in read if _may_be("SERVICE", t)), None)
    if service is not None:
        _check_service(text, service.line)
    return text


def _few_tokens(text: str) -> list[Token]:
    """Return the terminals of a query of a size that parsers bear; of a longer one no more are read than tell so."""
    read: list[Token] = []
    for token in tokens(text):
        if token.depth > _MAX_DEPTH:
            raise QueryError(f"the query nests more than {_MAX_DEPTH} brackets", line=token.line, remedy="split it")
        if len(read) == _MAX_TOKENS:
            what = f"the query has more than {_MAX_TOKENS:,} words and signs"
            raise QueryError(what, line=token.line, remedy="split it")
        if token.text == "\\":
            what = "the query has an escape outside of texts and IRIs, which engines read in different ways"
            raise QueryError(what, line=token.line, remedy="write the character itself")
        read.append(token)
    return read


def _may_be(keyword: str, token: Token) -> bool:
    """Return whether a token may hold a keyword: engines read "1SERVICE" and "SERVICE:x" as two tokens."""
    return token.sort in ("word", "name") and keyword in token.text.upper()


def _no_query(text: str) -> QueryError:
    """Return the error for a text that is no query: by the name of the update that it is, if it is one."""
    try:
        with _deep():
            from rdflib.plugins.sparql.parser import parseUpdate

            requests = parseUpdate(_masked(text)).request
    except Exception:  # it is none either; pyparsing raises many sorts
        return QueryError("not a SPARQL query", remedy=_READ)
    if not requests:  # a prologue alone
        return QueryError("not a SPARQL query", remedy=_READ)
    match = _OPERATION.match(requests[0].name)
    name = match[0].upper() if match else ""
    if name == "MODIFY":
        name = "DELETE" if requests[0].delete else "INSERT"
    return QueryError(f"{name} is an update, and a knowledge graph is only read", remedy=_READ)


def _check_service(text: str, line: int) -> None:
    parsed = _parsed(text)
    if any(node.name == "ServiceGraphPattern" for query in parsed for node in _nodes(query)):
        what, remedy = (
            "SERVICE would send the query over the network",
            "run it on that endpoint instead: --endpoint URL",
        )
        raise QueryError(what, line=line, remedy=remedy)
    if not parsed:
        what = "has the word SERVICE outside of texts, and cannot be parsed to see what it does there"
        raise QueryError(what, line=line, remedy="mend it, or rename what is called so")


def _check_graphs(text: str, read: Sequence[Token], graphs: Collection[str]) -> None:
    lines = [t.line for t in read if t.keyword == "FROM" and not t.depth]
    chosen = _dataset_clauses(text)
    for n, (_, iri) in enumerate(chosen):
        if iri not in graphs:
            raise QueryError(
                "the knowledge graph holds no graph",
                iri=iri,
                line=lines[n] if len(lines) == len(chosen) else None,
                remedy="list its graphs with: SELECT DISTINCT ?g { GRAPH ?g { } }",
            )


def dataset(sparql: str) -> tuple[list[str], list[str]] | None:
    """Return the graphs that a query names as its dataset.

    See SPARQL 1.1 Query, section 13.2: a query that names any graph sees those that it names and no others.

    Args:
        sparql: The query.

    Returns:
        IRIs of the graphs of FROM and of FROM NAMED, in their order; None where the query has neither clause.

    Example:
        >>> dataset("SELECT * FROM <urn:a> FROM NAMED <urn:b> { ?s ?p ?o }")
        (['urn:a'], ['urn:b'])
        >>> dataset("SELECT * { ?s ?p 'FROM' }") is None
        True
    """
    clauses = _dataset_clauses(sparql)
    if not clauses:
        return None
    return [iri for named, iri in clauses if not named], [iri for named, iri in clauses if named]


def _dataset_clauses(sparql: str) -> list[tuple[bool, str]]:
    """Return, for each FROM and FROM NAMED of a query, whether it is NAMED, and its graph."""
    behind = _OPENING_COMMENTS.sub("", sparql, count=1)
    if not _FROM.search(behind) or not any(_may_be("FROM", t) for t in tokens(behind)):
        return []  # most queries, which need not be parsed for it
    parsed = _parsed(sparql)
    return list(_clauses_of(parsed[0]) if parsed else _clauses_in(list(tokens(sparql))))


def _clauses_of(query: Any) -> Iterator[tuple[bool, str]]:
    prologue, body = query
    namespaces = {str(p.prefix or ""): str(p.iri) for p in prologue if p.name == "PrefixDecl"}
    for clause in body.datasetClause or ():
        graph = clause.named or clause.default
        short = getattr(graph, "name", "") == "pname"
        iri = namespaces.get(str(graph.prefix or ""), "") + str(graph.localname or "") if short else str(graph)
        yield bool(clause.named), iri


def _clauses_in(read: Sequence[Token]) -> Iterator[tuple[bool, str]]:
    """Yield the same of a query that rdflib cannot parse, as of a later SPARQL than 1.1."""
    for at, token in enumerate(read):
        if token.keyword == "FROM" and not token.depth:
            named = read[at + 1].keyword == "NAMED" if at + 1 < len(read) else False
            after = read[at + 1 + named] if at + 1 + named < len(read) else token
            yield named, _full_iri(after, read)


def _full_iri(token: Token, read: Sequence[Token]) -> str:
    """Return the IRI that a token stands for, by the PREFIX declarations of the query."""
    if token.sort != "name":
        return token.text.strip("<>")
    prefix, _, local = token.text.partition(":")
    for keyword, name, iri in zip(read, read[1:], read[2:], strict=False):
        if keyword.keyword == "PREFIX" and name.text == prefix + ":":
            return iri.text.strip("<>") + local
    return token.text


def looks_elsewhere(sparql: str) -> bool:
    """Return whether a query or an update would have rdflib fetch something: SERVICE, FROM, LOAD.

    What cannot be parsed does where it has one of these words outside of texts, comments and IRIs.

    Example:
        >>> looks_elsewhere("SELECT $this { $this ?p 'FROM here' }")
        False
        >>> looks_elsewhere("SELECT $this FROM <http://example.org/> { $this $PATH ?o }")
        True
    """
    plain = _PATH.sub("<urn:irkg:path>", sparql)
    plain = _ESCAPE.sub(_character, plain)  # rdflib resolves them first (SPARQL 1.1, 19.2)
    if not any(_may_be(word, t) for word in ("SERVICE", "FROM", "LOAD") for t in tokens(plain)):
        return False
    parsed = _parsed(plain)
    fetching = ("ServiceGraphPattern", "DatasetClause")
    return not parsed or any(node.name in fetching for query in parsed for node in _nodes(query))


def _character(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number <= sys.maxunicode else escape[0]


@lru_cache(maxsize=4)
def _parsed(sparql: str) -> list[Any]:
    """Return what rdflib makes of a query: as it stands, and with its texts and comments empty; nothing where it fails.

    Either may be read in another way than by the engine that runs the query, as escapes are; both at once are not.
    """
    try:
        from rdflib.plugins.sparql.parser import parseQuery
    except ImportError as error:  # pragma: no cover - rdflib is part of the base install
        raise MissingExtra("checking a query", extra="build") from error
    found = []
    for text in (_masked(sparql), *([] if "\\" in sparql else [sparql])):
        with _deep():
            try:
                found.append(parseQuery(text))
            except Exception:  # pyparsing raises many sorts; which one tells the user nothing more
                continue
    return found


def _masked(sparql: str) -> str:
    r"""Return a query with its texts empty, its comments gone, and the escapes of its IRIs resolved.

    Example:
        >>> _masked('ASK { <urn:\\u0061> ?p "a # b" } # c')
        'ASK { <urn:a> ?p "" }'
    """
    parts: list[str] = []
    end = 0
    for token in tokens(sparql):
        text = token.text
        if token.sort == "string":
            text = '""'
        elif token.sort == "iri":
            text = _ESCAPE.sub(_character, text)
        parts += [" ", text] if end and token.start > end else [text]
        end = token.start + len(token.text)
    return "".join(parts)


@contextmanager
def _deep() -> Iterator[None]:
    """Let Python recurse as deeply as a query of `_MAX_TOKENS` makes the parser."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _MAX_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _nodes(query: Any) -> Iterator[CompValue]:
    """Yield the nodes of a parsed query."""
    from rdflib.plugins.sparql.parserutils import CompValue

    pending: list[Any] = [query]
    while pending:
        node = pending.pop()
        if isinstance(node, CompValue):
            yield node
            pending.extend(node.values())
        elif isinstance(node, (list, tuple)) or hasattr(node, "asList"):
            pending.extend(node)
