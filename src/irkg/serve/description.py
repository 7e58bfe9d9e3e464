"""What the service says of itself: SPARQL 1.1 Service Description, and OpenAPI for its other addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from irkg import __version__
from irkg.catalogue import catalogue
from irkg.default_graph import default_graphs
from irkg.export import FORMATS
from irkg.model import Param, QuerySpec, Strength, Support, ValueType
from irkg.vocab import RDF_TYPE

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID_TRIPLES = "http://rdfs.org/ns/void#triples"


def service_description(store: ox.Store, address: str, formats: Iterable[str]) -> Iterator[ox.Triple]:
    """Describe the endpoint (https://www.w3.org/TR/sparql11-service-description/).

    Args:
        store: The dataset.
        address: The endpoint's address.
        formats: IRIs of the formats of its results.

    Yields:
        The triples of the description, the dataset with its graphs and their sizes included.
    """
    service, dataset, default = ox.NamedNode(address), ox.BlankNode("dataset"), ox.BlankNode("default")
    yield _said(service, RDF_TYPE, _SD + "Service")
    yield _said(service, _SD + "endpoint", address)
    for language in ("SPARQL10Query", "SPARQL11Query"):
        yield _said(service, _SD + "supportedLanguage", _SD + language)
    yield _said(service, _SD + "feature", _SD + "EmptyGraphs")
    for iri in sorted(set(formats)):
        yield _said(service, _SD + "resultFormat", iri)
    yield ox.Triple(service, ox.NamedNode(_SD + "defaultDataset"), dataset)
    yield _said(dataset, RDF_TYPE, _SD + "Dataset")
    yield ox.Triple(dataset, ox.NamedNode(_SD + "defaultGraph"), default)
    yield _said(default, RDF_TYPE, _SD + "Graph")
    yield _counted(default, sum(_size(store, g) for g in default_graphs(store)))
    names = sorted(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))
    for at, name in enumerate(names):
        named, graph = ox.BlankNode(f"n{at}"), ox.BlankNode(f"g{at}")
        yield ox.Triple(dataset, ox.NamedNode(_SD + "namedGraph"), named)
        yield _said(named, RDF_TYPE, _SD + "NamedGraph")
        yield _said(named, _SD + "name", name)
        yield ox.Triple(named, ox.NamedNode(_SD + "graph"), graph)
        yield _said(graph, RDF_TYPE, _SD + "Graph")
        yield _counted(graph, _size(store, ox.NamedNode(name)))


def _said(subject: ox.NamedNode | ox.BlankNode, predicate: str, thing: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(thing))


def _counted(graph: ox.BlankNode, triples: int) -> ox.Triple:
    return ox.Triple(graph, ox.NamedNode(_VOID_TRIPLES), ox.Literal(triples))


def _size(store: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def openapi(origin: str) -> bytes:
    """Return the OpenAPI 3.1 description of all addresses, made from the canned queries and the export formats.

    Args:
        origin: Scheme and authority of the service.
    """
    paths = {f"/query/{name}": {"get": _canned(spec)} for name, spec in sorted(catalogue().items())}
    question = _parameter("q", "The question, in English.", required=True)
    edge = [_parameter(part, f"{_NAME}.", required=True) for part in ("subject", "object")]
    relation = _parameter("relation", "The name, label, CURIE or IRI of a relation.", required=True)
    every = _parameter("all", "Every minimal derivation, not only the shortest.", {"type": "boolean"})
    paths["/ask"] = {"get": _operation("ask", "Answer a question in English.", [question, *_filters()], _ANSWERS)}
    paths["/explain"] = {
        "get": _operation("explain", "Tell why an edge holds, or why not.", [*edge, relation, every, _SOURCE], _PROOFS)
    }
    form = _parameter("format", "The format's name or suffix.", {"enum": sorted(FORMATS)}, required=True, where="path")
    paths["/download/{format}"] = {"get": _operation("download", "The whole graph as a file.", [form], ())}
    sparql = _parameter("query", "A SELECT, ASK, CONSTRUCT or DESCRIBE query; without it, the service description.")
    graphs = [_parameter(f"{d}-graph-uri", f"A {d} graph.", _MANY) for d in ("default", "named")]
    paths["/sparql"] = {"get": _operation("sparql", "SPARQL 1.1 Protocol.", [sparql, *graphs], ())}
    paths["/health"] = {"get": _operation("health", "Whether queries can be answered.", [], ("application/json",))}
    paths["/metrics"] = {"get": _operation("metrics", "Prometheus metrics.", [], ("text/plain",))}
    described = {
        "openapi": "3.1.0",
        "info": {"title": "irkg", "version": __version__, "summary": "How cancers resist immune therapy"},
        "servers": [{"url": origin}],
        "paths": paths,
    }
    return json.dumps(described, ensure_ascii=False, indent=1).encode()


_NAME = "A label, synonym, abbreviation, CURIE or IRI"
_MANY = {"type": "array", "items": {"type": "string"}}
_ANSWERS = ("application/json", "application/sparql-results+json", "text/csv", "text/tab-separated-values")
_PROOFS = ("application/json", "text/plain", "text/vnd.graphviz")


def _parameter(
    name: str, about: str, schema: Mapping[str, Any] | None = None, *, required: bool = False, where: str = "query"
) -> dict[str, Any]:
    return {
        "name": name,
        "in": where,
        "required": required,
        "description": about,
        "schema": dict(schema or {"type": "string"}),
    }


_SOURCE = _parameter("source", "Id of a source that it may rest on; all where none is given.", _MANY)


def _filters() -> list[dict[str, Any]]:
    listed = ",".join(Support)
    return [
        _SOURCE,
        _parameter("support", f"Any of {listed}, parted by commas."),
        _parameter("min-strength", "The weakest claims to show.", {"enum": list(Strength)}),
        _parameter("reviewed", "Only what rests on claims that a curator has accepted.", {"type": "boolean"}),
    ]


def _canned(spec: QuerySpec) -> dict[str, Any]:
    return {
        **_operation(spec.name, spec.summary, [*(_value(p, spec) for p in spec.params), *_filters()], _ANSWERS),
        "description": spec.description,
        "tags": list(spec.tags),
    }


def _value(param: Param, spec: QuerySpec) -> dict[str, Any]:
    examples = [value for name, value in spec.example if name == param.name]
    about = {ValueType.INTEGER: "A whole number", ValueType.LITERAL: "A text"}.get(param.type, _NAME)
    item = {"type": "integer" if param.type is ValueType.INTEGER else "string"}
    listed = f"; /query/{param.values} lists them." if param.values else "."
    return {
        **_parameter(param.name, about + listed, {"type": "array", "items": item}, required=param.required),
        **({"example": examples} if examples else {}),
    }


def _operation(name: str, summary: str, parameters: list[dict[str, Any]], types: Iterable[str]) -> dict[str, Any]:
    content: dict[str, Any] = {"content": {t: {} for t in types}} if types else {}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer.", **content},
            "400": {"description": "The question or query is not understood; one line says why."},
            "503": {"description": "Too much was asked, or by too many at once; one line says which."},
        },
    }
