"""Every address that needs the graph, answered in one function that knows nothing of sockets."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from irkg import results
from irkg.catalogue import catalogue, find_query
from irkg.errors import IrkgError, QueryError, UnknownName
from irkg.explain_formats import EXPLANATION_FORMATS
from irkg.export import format_for
from irkg.kg import Filter, KnowledgeGraph
from irkg.model import Answer, QuerySpec
from irkg.serve import protocol
from irkg.serve.description import openapi
from irkg.serve.linked import query_triples
from irkg.serve.messages import Reply, Request, refusal
from irkg.serve.negotiation import negotiated
from irkg.serve.pages import HTML, Pages
from irkg.serve.protocol import GRAPH_TYPES, graph_reply
from irkg.wanted import wanted

_FILTERS = ("source", "support", "min-strength", "reviewed", "format")
_ANSWER_TYPES = {
    "application/json": "json",
    "application/sparql-results+json": "sparql-json",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/markdown": "markdown",
}
_PROOF_TYPES = {"application/json": "json", "text/plain": "text", "text/vnd.graphviz": "dot"}
_DOWNLOAD_TYPES = {
    ".ttl": "text/turtle; charset=utf-8",
    ".owl": "application/rdf+xml",
    ".ofn": "text/owl-functional; charset=utf-8",
    ".nt": "application/n-triples",
    ".jsonld": "application/ld+json",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".nanopubs.trig": "application/trig",
    ".tar.gz": "application/gzip",
    ".graphml": "application/graphml+xml",
    ".cyjs": "application/json",
    ".md": "text/markdown; charset=utf-8",
}


class Site:
    r"""A knowledge graph behind addresses.

    Args:
        kg: The graph.
        room: A folder for files to be downloaded, which are written once.

    Example:
        >>> site = Site(KnowledgeGraph.open(), Path("/nonexistent"))
        >>> site.handle(Request("/sparql", query_string="query=ASK%20%7B%7D")).body
        b'{"head":{},"boolean":true}'
        >>> site.handle(Request("/ask")).body
        b'the parameter q is needed once; /openapi.json describes it\n'
    """

    def __init__(self, kg: KnowledgeGraph, room: Path) -> None:
        self.kg = kg
        self.room = room
        self._pages = Pages(kg)
        self._places: dict[str, Callable[[Request, str], Reply]] = {
            "query": self._query,
            "ask": self._ask,
            "explain": self._explain,
            "download": self._download,
            "openapi.json": lambda request, _: Reply(200, "application/json", openapi(request.origin)),
            **self._pages.places,
        }

    def warm_up(self) -> None:
        """Load what the first request would else wait for."""
        catalogue()
        _ = self.kg.lexicon

    def handle(self, request: Request) -> Reply:
        """Answer a request; what is wrong with it is told in one line of text, or in a page to a browser."""
        place, _, rest = request.path.strip("/").partition("/")
        if place == "sparql" and not rest:
            return protocol.reply(self.kg.queried, request)
        reply = self._answer(place, rest, request)
        return self._pages.trouble(reply, request) if reply.status in (400, 404) else reply

    def _answer(self, place: str, rest: str, request: Request) -> Reply:
        answer = self._places.get(place)
        if answer is None:
            return refusal(404, "there is nothing at this address; /openapi.json lists the addresses")
        if request.method not in ("GET", "HEAD"):
            return refusal(405, f"{request.method} is not understood here", Allow="GET, HEAD")
        try:
            return answer(request, rest)
        except ValueError as error:
            return refusal(400, f"the address cannot be read: {error}")
        except UnknownName as error:
            return refusal(404 if error.what.startswith("unknown query") else 400, str(error))
        except IrkgError as error:
            return refusal(400, str(error))

    def _query(self, request: Request, name: str) -> Reply:
        spec = find_query(name)
        given = request.params
        known = [p.name for p in spec.params]
        _check_known(given, [*known, *_FILTERS])
        if not given.get("format", [""])[-1] and _likes_triples(request):
            return graph_reply(query_triples({name: spec}), request.accept)
        if _is_page(request, given, _ANSWER_TYPES):
            return self._query_page(request, spec)
        missing = [p.name for p in spec.params if p.required and not any(given.get(p.name, ()))]
        if missing:
            raise QueryError(f"{name} needs the parameter {missing[0]}", remedy="/openapi.json describes it")
        values = {p: [v for v in given.get(p, ()) if v] for p in known}
        answer = self.kg.query(name, _filter(given), **values)
        return _answered(answer, given, request.accept, query=name)

    def _query_page(self, request: Request, spec: QuerySpec) -> Reply:
        """Show a canned query's form, with its answer where the form is filled in."""
        given = request.params
        values = {p.name: [v for v in given.get(p.name, ()) if v] for p in spec.params}
        chosen, answer, trouble = Filter(), None, ""
        try:
            chosen = _filter(given)
            if all(values[p.name] for p in spec.params if p.required):
                answer = self.kg.query(spec.name, chosen, **values)
        except IrkgError as error:
            trouble = str(error)
        return self._pages.query(request, spec, chosen, answer, trouble)

    def _ask(self, request: Request, rest: str) -> Reply:
        given = request.params
        _check_known(given, ["q", *_FILTERS])
        if _is_page(request, given, _ANSWER_TYPES):
            return Reply(303, "text/plain", headers={"Location": "/search?" + urlencode({"q": _one(given, "q")})})
        choice, answer = self.kg.ask(_one(given, "q"), _filter(given))
        values = {p: list(map(self.kg.lexicon.label, meant)) for p, meant in choice.values.items()}
        about = {"query": choice.spec.name, "why": choice.why, "values": values, "runner_up": choice.runner_up}
        return _answered(answer, given, request.accept, **about)

    def _explain(self, request: Request, rest: str) -> Reply:
        given = request.params
        _check_known(given, ["subject", "relation", "object", "all", "source", "format"])
        edge = [_one(given, part) for part in ("subject", "relation", "object")]
        found = self.kg.explain(*edge, every=_flag(given, "all"), sources=given.get("source", []))
        if _is_page(request, given, _PROOF_TYPES):
            return self._pages.page("explanation.html", found=found)
        chosen = _chosen(given, request.accept, _PROOF_TYPES)
        if chosen is None:
            return _not_at_hand(_PROOF_TYPES)
        media_type, format_name = chosen
        return Reply(200, _typed(media_type), EXPLANATION_FORMATS[format_name](found, {}).encode())

    def _download(self, request: Request, name: str) -> Reply:
        """Write a file once, whole or not at all, and let the server send it."""
        known = format_for(None, name)
        suffix = known.suffixes[0]
        path = self.room / f"irkg{suffix}"
        if not path.exists():
            with tempfile.NamedTemporaryFile(dir=self.room, delete=False) as handle:
                self.kg.export_to(known.name, handle.file)  # type: ignore[arg-type]
            os.replace(handle.name, path)
        disposition = f'attachment; filename="irkg{suffix}"'
        return Reply(200, _DOWNLOAD_TYPES[suffix], headers={"Content-Disposition": disposition}, file=str(path))


def _check_known(given: Mapping[str, Sequence[str]], known: Sequence[str]) -> None:
    import difflib

    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known)
            raise UnknownName("parameter", name, near=near, remedy=f"there are: {', '.join(known)}")


def _one(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = [value for value in given.get(name, ()) if value.strip()]
    if len(values) != 1:
        raise QueryError(f"the parameter {name} is needed once", remedy="/openapi.json describes it")
    return values[0]


def _flag(given: Mapping[str, Sequence[str]], name: str) -> bool:
    value = given.get(name, ["false"])[-1].casefold()
    if value not in ("", "1", "0", "true", "false", "on"):
        raise QueryError(f"{name} is true or false, not {value!a}")
    return value not in ("0", "false")


def _filter(given: Mapping[str, Sequence[str]]) -> Filter:
    sources = [source for source in given.get("source", ()) if source]
    strength = given.get("min-strength", [""])[-1]
    return wanted(sources, ",".join(given.get("support", ())), strength, _flag(given, "reviewed"))


def _likes_triples(request: Request) -> bool:
    """Return whether the client would rather have a canned query itself, as RDF, than its answer."""
    return negotiated(request.accept, [*_ANSWER_TYPES, HTML, *GRAPH_TYPES]) in GRAPH_TYPES


def _is_page(request: Request, given: Mapping[str, Sequence[str]], types: Mapping[str, str]) -> bool:
    """Return whether the client would rather see a page than any of the other formats."""
    return not given.get("format", [""])[-1] and negotiated(request.accept, [*types, HTML]) == HTML


def _chosen(given: Mapping[str, Sequence[str]], accept: str, types: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the media type and the name of the format to answer in: by `format`, or by the Accept header."""
    asked = given.get("format", [""])[-1]
    if asked:
        found = next(((t, name) for t, name in types.items() if name == asked), None)
        if found is None:
            raise UnknownName("format", asked, remedy=f"use one of: {', '.join(types.values())}")
        return found
    media_type = negotiated(accept, list(types))
    return None if media_type is None else (media_type, types[media_type])


def _not_at_hand(types: Mapping[str, str]) -> Reply:
    return refusal(406, f"no format is at hand that the Accept header takes; there are: {', '.join(types)}")


def _typed(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _answered(answer: Answer, given: Mapping[str, Sequence[str]], accept: str, **about: Any) -> Reply:
    """Write an answer: as JSON with what is to be said of it, in other formats with its notes in a header."""
    chosen = _chosen(given, accept, _ANSWER_TYPES)
    if chosen is None:
        return _not_at_hand(_ANSWER_TYPES)
    media_type, format_name = chosen
    if format_name == "json":
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        content = {**about, "notes": answer.notes, "columns": answer.columns, "rows": rows}
        return Reply(200, media_type, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
    notes = {"Irkg-Notes": json.dumps(answer.notes)} if answer.notes else {}
    return Reply(200, _typed(media_type), results.render(answer, format_name).encode(), notes)
