"""Findings, reasoning and the catalogue of queries, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from irkg.model import Answer, Finding, QuerySpec, Reasoning
from irkg.vocab import contract


def findings(found: Iterable[Finding]) -> Answer:
    """Return what a check found, in its order."""
    columns = ("severity", "check", "focus", "label", "path", "value", "message")
    rows = (
        (
            f.severity,
            f.check,
            contract(f.focus),
            f.label,
            contract(f.path or ""),
            contract(f.value or ""),
            f.message,
        )
        for f in found
    )
    return Answer(columns, tuple(rows))


def reasoning(result: Reasoning) -> Answer:
    """Return what a reasoner entailed: unsatisfiable classes first, then subclasses, types, edges."""
    rows = [
        *(("unsatisfiable class", contract(iri), "", "") for iri in result.unsatisfiable),
        *(("subclass", contract(a), "rdfs:subClassOf", contract(b)) for a, b in result.subclasses),
        *(("type", contract(a), "rdf:type", contract(b)) for a, b in result.types),
        *(("edge", contract(e.subject), contract(e.predicate), contract(e.object)) for e in result.edges),
    ]
    return Answer(("sort", "subject", "relation", "object"), tuple(rows))


def queries(catalogue: Mapping[str, QuerySpec], tag: str | None = None) -> Answer:
    """Return the canned queries by name, with their parameters; one in brackets can be left out.

    Args:
        catalogue: The queries, by name.
        tag: Only those with this tag; all where None.
    """
    rows = [
        (
            spec.name,
            " ".join(f"--{p.name}" if p.required else f"[--{p.name}]" for p in spec.params),
            spec.summary,
            ", ".join(spec.tags),
        )
        for _, spec in sorted(catalogue.items())
        if tag is None or tag in spec.tags
    ]
    return Answer(("name", "parameters", "answers", "tags"), tuple(rows))
