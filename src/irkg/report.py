"""The ontology's quality checks: each is a query whose rows are failures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from irkg.errors import QueryError
from irkg.model import Finding, Level, QuerySpec
from irkg.store import run_query
from irkg.vocab import CHECK_EXCEPTION, GRAPH_ONTOLOGY, LABEL

COLUMNS = ("entity", "property", "value")
"""What each check selects: what fails, the property that it fails by, and the offending value, if any."""

_ONTOLOGY = (ox.DefaultGraph(), ox.NamedNode(GRAPH_ONTOLOGY))
_RANK = {level: at for at, level in enumerate(Level)}


def report(store: ox.Store, checks: Iterable[QuerySpec]) -> list[Finding]:
    """Run checks over an ontology.

    The default graph of a check is the ontology alone, the one of a knowledge graph or the default graph of any other
    dataset; a check reaches claims by GRAPH. A warning is excused where the ontology says why it is meant to be so:
    `irkg:checkException "NAME: reason"` on the entity. An error is never excused.

    Args:
        store: The dataset that holds the ontology.
        checks: The queries, each with its `check`.

    Returns:
        One finding for each row: errors first, then by check and entity. The severity is the level of the check, for
        an excused warning `info`, with the reason in `excuse`.

    Raises:
        QueryError: A query is no check, or cannot be run.

    Example:
        >>> from irkg.model import Check
        >>> warn = Check(Level.WARN, "It is old.", "Renew it.")
        >>> text = "SELECT ?entity ?property ?value { VALUES ?property { <urn:x:old> } ?entity ?property ?value }"
        >>> from irkg.store import in_memory
        >>> store = in_memory([ox.Quad(ox.NamedNode("urn:x:a"), ox.NamedNode("urn:x:old"), ox.Literal("yes"))])
        >>> spec = QuerySpec("check-old", "", "", (), (), (), "", text, warn)
        >>> [(str(f.severity), f.focus, f.value) for f in report(store, [spec])]
        [('warn', 'urn:x:a', 'yes')]
    """
    labels, excuses = _labels(store), _excuses(store)
    found = [f for spec in checks for f in _findings(store, spec, labels, excuses)]
    return sorted(found, key=_order)


def at_least(found: Iterable[Finding], level: Level) -> list[Finding]:
    """Return the findings of a level or worse, in their order."""
    return [f for f in found if _RANK[Level(f.severity)] <= _RANK[level]]


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    f = finding
    return (_RANK[Level(f.severity)], f.check, f.focus, f.path or "", f.value or "")


def _findings(
    store: ox.Store, spec: QuerySpec, labels: Mapping[str, str], excuses: Mapping[tuple[str, str], str]
) -> Iterable[Finding]:
    if spec.check is None:
        raise QueryError(f"{spec.name} is no check", remedy="give its header #+ level:, #+ problem: and #+ solution:")
    rows = _rows(store, spec.text)
    if tuple(v.value for v in rows.variables) != COLUMNS:
        raise QueryError(f"{spec.name} must select ?{' ?'.join(COLUMNS)}")
    name = spec.short_name
    for entity, prop, value in {tuple(_text(term) for term in row) for row in rows}:
        excuse = excuses.get((entity, name), "") if spec.check.level == Level.WARN else ""
        yield Finding(
            severity=Level.INFO if excuse else spec.check.level,
            check=name,
            focus=entity,
            label=labels.get(entity, ""),
            path=prop or None,
            value=value or None,
            component=None,
            message=spec.check.solution,
            excuse=excuse,
        )


def _rows(store: ox.Store, sparql: str) -> ox.QuerySolutions:
    rows = run_query(store, sparql, _ONTOLOGY)
    if not isinstance(rows, ox.QuerySolutions):
        raise QueryError("a check is a SELECT")
    return rows


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.BlankNode):
        return "[]"  # its label differs from run to run
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _labels(store: ox.Store) -> dict[str, str]:
    rows = _rows(store, f"SELECT ?entity (MIN(STR(?label)) AS ?first) {{ ?entity <{LABEL}> ?label }} GROUP BY ?entity")
    return {_text(row["entity"]): _text(row["first"]) for row in rows}


def _excuses(store: ox.Store) -> dict[tuple[str, str], str]:
    """Return the reasons that the ontology gives, by entity and name of the check."""
    rows = _rows(store, f"SELECT ?entity ?said {{ ?entity <{CHECK_EXCEPTION}> ?said }}")
    said = ((_text(row["entity"]), *_text(row["said"]).partition(":")) for row in rows)
    return {(entity, name.strip()): reason.strip() for entity, name, _, reason in said if reason.strip()}
