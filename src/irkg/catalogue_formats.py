"""How the catalogue of canned queries is written: as a page of Markdown, as SHACL in Turtle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from shlex import quote
from typing import TYPE_CHECKING

from irkg import vocab as v
from irkg.errors import MissingExtra
from irkg.model import Answer, Param, QuerySpec, ValueType
from irkg.results import render

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

SAMPLE_ROWS = 3
_QUERY_NS = v.IRKG + "query/"
_PARAMETER_NS = v.IRKG + "parameter/"
_SCHEMA = "https://schema.org/"
# A query is listed under the first of these that is among its tags.
_GROUPS = {
    "combination": "Combinations of strategies",
    "comparison": "Comparison of sources, contradictions",
    "gap": "Gaps",
    "certainty": "Certainty",
    "provenance": "Provenance",
    "count": "Counts",
    "layout": "Sections and headings",
    "claim": "Claims",
    "mechanism": "Mechanisms",
    "strategy": "Strategies",
    "cell": "Cells",
    "molecule": "Molecules and pathways",
    "pathway": "Molecules and pathways",
    "process": "Processes",
    "kind": "Kinds",
}
_OF_CLASS = {v.SOURCE: "id of a source", v.OWL + "ObjectProperty": "name of a relation"}
_OF_TYPE = {
    ValueType.IRI: "label, synonym, abbreviation, CURIE or IRI",
    ValueType.INTEGER: "whole number",
    ValueType.LITERAL: "text, exactly as it stands there",
}

_HEAD = """# Canned queries

Each is one file, `queries/NAME.rq`: plain SPARQL that any engine runs unchanged, where a variable such as
`?_mechanism_iri` stands for a parameter (`?__agent_iri` for one that can be left out). `irkg query NAME` puts values in
its place: any label, synonym, abbreviation, CURIE or IRI, in any case, singular or plural; several values where the
parameter is given several times. `irkg query NAME --dry-run` prints the SPARQL, and any other engine runs that as well.

Rows say on what they rest: `stated` by a source, `entailed` by reasoning, or a `candidate` that a rule proposes. Where
nothing is stated, the answer says so. The rows shown here are the first ones of the graph that ships.

Shells complete names, parameters and values: `eval "$(_IRKG_COMPLETE=bash_source irkg)"`, the same with `zsh_source`,
or `_IRKG_COMPLETE=fish_source irkg | source`. For other tools, `irkg queries --format turtle` describes the queries in
SHACL.

This page is made by `irkg queries --format markdown -o docs/queries.md`; a test keeps it true.
"""


def catalogue_markdown(catalogue: Mapping[str, QuerySpec], samples: Mapping[str, Answer]) -> str:
    """Write the canned queries as a page of Markdown.

    Args:
        catalogue: The queries by name; rules, which answer nothing, are left out.
        samples: The answers to the examples of the queries, by name.

    Returns:
        A list of all queries by subject, then each with its question, parameters, example, first rows and SPARQL.
    """
    specs = [spec for _, spec in sorted(catalogue.items()) if not spec.name.startswith("construct-")]
    grouped: dict[str, list[QuerySpec]] = {title: [] for title in (*_GROUPS.values(), "Other")}
    for spec in specs:
        grouped[next((title for tag, title in _GROUPS.items() if tag in spec.tags), "Other")].append(spec)
    lists = [
        f"\n**{title}**\n\n" + "".join(f"- [{s.name}](#{s.name}): {s.summary}\n" for s in members)
        for title, members in grouped.items()
        if members
    ]
    return _HEAD + "".join(lists) + "".join(_section(spec, samples.get(spec.name)) for spec in specs)


def _section(spec: QuerySpec, sample: Answer | None) -> str:
    words = " ".join(f"--{name} {quote(value)}" for name, value in spec.example)
    command = f"irkg query {spec.name} {words}".rstrip()
    params = "".join(_parameter(param) for param in spec.params)
    return (
        f"\n## {spec.name}\n\n{spec.summary} {spec.description}\n\nTags: {', '.join(spec.tags)}\n"
        + (f"\n{params}" if params else "")
        + f"\n```sh\n{command}\n```\n"
        + (f"\n{_sample(sample)}" if sample else "")
        + f"\n```sparql\n{_body(spec)}```\n"
    )


def _body(spec: QuerySpec) -> str:
    """Return the SPARQL without its header."""
    return "".join(line for line in spec.text.splitlines(keepends=True) if not line.startswith("#+"))


def _parameter(param: Param) -> str:
    classes = " or ".join(f"`{v.contract(c)}`" for c in param.classes)
    optional = "" if param.required else ", can be left out"
    listed = f"; [{param.values}](#{param.values}) lists values" if param.values else ""
    what = _OF_CLASS.get(param.classes[0], _OF_TYPE[param.type])
    return f"- `--{param.name}`: {what} ({classes}{optional}){listed}\n"


def _sample(sample: Answer) -> str:
    """Return the first rows without the columns that hold identifiers or nothing, or what the answer says instead."""
    if not sample.rows:
        return "".join(f"{note}\n" for note in sample.notes)
    rows = sample.rows[:SAMPLE_ROWS]
    kept = [
        at for at, column in enumerate(sample.columns) if not column.endswith("_id") and any(row[at] for row in rows)
    ]
    columns = tuple(sample.columns[at] for at in kept)
    return render(replace(sample, columns=columns, rows=tuple(tuple(r[at] for at in kept) for r in rows)), "markdown")


def catalogue_turtle(catalogue: Mapping[str, QuerySpec]) -> str:
    """Write the canned queries as SPARQL executables of SHACL Advanced Features, in Turtle.

    Each is a `sh:SPARQLExecutable` with its text, question, description, tags and endpoint, and one `sh:parameter` for
    each placeholder: the local name of its `sh:path` is the variable that a value is bound to.

    Args:
        catalogue: The queries by name.

    Returns:
        The same text for the same queries.

    Raises:
        MissingExtra: rdflib is not installed.
    """
    try:
        from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
        from rdflib.namespace import SH
    except ImportError as error:  # pragma: no cover - rdflib is part of the base install
        raise MissingExtra("writing Turtle", extra="build") from error
    graph = Graph()
    schema = Namespace(_SCHEMA)
    for prefix, namespace in {"irkg": v.IRKG, "obo": v.OBO, "sh": v.SH, "schema": _SCHEMA}.items():
        graph.bind(prefix, namespace)
    for name, spec in sorted(catalogue.items()):
        query = URIRef(_QUERY_NS + name)
        form = "Construct" if name.startswith("construct-") else "Select"
        graph.add((query, RDF.type, SH.SPARQLExecutable))
        graph.add((query, RDF.type, SH[f"SPARQL{form}Executable"]))
        graph.add((query, RDFS.label, Literal(spec.summary, lang="en")))
        graph.add((query, RDFS.comment, Literal(spec.description, lang="en")))
        graph.add((query, SH[form.lower()], Literal(_body(spec))))
        for tag in spec.tags:
            graph.add((query, schema.keywords, Literal(tag)))
        for at, param in enumerate(spec.params):
            _add_parameter(graph, query, at, param)
    return str(graph.serialize(format="turtle"))


def _add_parameter(graph: Graph, query: URIRef, at: int, param: Param) -> None:
    from rdflib import RDF, Literal, URIRef
    from rdflib.collection import Collection
    from rdflib.namespace import SH
    from rdflib.term import Node

    node = URIRef(f"{query}#{param.name}")
    graph.add((query, SH.parameter, node))
    graph.add((node, RDF.type, SH.Parameter))
    graph.add((node, SH.path, URIRef(_PARAMETER_NS + param.placeholder.lstrip("?$"))))
    graph.add((node, SH.name, Literal(param.name)))
    graph.add((node, SH.order, Literal(at)))
    graph.add((node, SH.optional, Literal(not param.required)))
    if len(param.classes) == 1:
        constraint = SH["class"] if param.type is ValueType.IRI else SH.datatype
        graph.add((node, constraint, URIRef(param.classes[0])))
        return
    choices: list[Node] = [URIRef(f"{node}-{n}") for n in range(1, len(param.classes) + 1)]
    head = URIRef(f"{node}-or-1")
    Collection(graph, head, choices)
    graph.add((node, SH["or"], head))
    for choice, cls in zip(choices, param.classes, strict=True):
        graph.add((choice, SH["class"], URIRef(cls)))
