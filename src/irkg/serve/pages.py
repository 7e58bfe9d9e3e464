"""The explorer: pages for people who do not write SPARQL, rendered here and usable without any script."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from irkg import __version__
from irkg import vocab as v
from irkg.catalogue import catalogue, find_query
from irkg.errors import IrkgError, QueryError, UnknownName
from irkg.explain import Explanation, explain
from irkg.kg import Filter, KnowledgeGraph
from irkg.model import Answer, Param, QuerySpec, Strength, Support, Triple
from irkg.results import link
from irkg.serve.facts import Facts, Kind, Statement, by_relation
from irkg.serve.linked import claim_triples, kind_triples, query_triples, said_of, source_triples, sources_triples
from irkg.serve.messages import Reply, Request, refusal
from irkg.serve.negotiation import negotiated
from irkg.serve.neighbours import Neighbours
from irkg.serve.protocol import GRAPH_TYPES, graph_reply
from irkg.wanted import wanted

HTML = "text/html"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of pages: nothing but what this server sends, and no script or style within a page."""
EDITOR_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
    "img-src", "font-src 'self' data:; img-src"
)
"""The same for the page of the SPARQL editor, which writes styles as it goes, and still no scripts."""
_FIRST_QUERY = """PREFIX graph: <https://w3id.org/irkg/graph/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?subject ?relation ?object WHERE {
  GRAPH graph:edges { ?s ?relation ?o }
  ?s skos:prefLabel ?subject .
  ?o skos:prefLabel ?object .
}
LIMIT 20
"""
_SHORT_TYPES = {"turtle": "text/turtle", "jsonld": "application/ld+json"}
_MOST_NAMES = 20  # completions at a time
_MATRIX = "strategies-countering"
_COUNTERS = v.IRKG + "counters"
_SPAN = re.compile(r":(\d+-\d+)$")
_WEAKER = re.compile(r"; add --min-strength (\w+)\.$")
_LEFT_OUT = re.compile(r"; leave out --([\w-]+) to see all\.$")


class Pages:
    """Pages of a knowledge graph.

    Args:
        kg: The graph.

    Example:
        >>> pages = Pages(KnowledgeGraph.open())
        >>> b"<h1>Treg recruitment</h1>" in pages.answer(Request("/kind/TregRecruitment", accept="text/html")).body
        True
    """

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg
        self.facts = Facts(kg)
        self.places: dict[str, Callable[[Request, str], Reply]] = {
            "": self._home,
            "search": self._search,
            "complete": self._complete,
            "kind": self._kind,
            "claim": self._claim,
            "source": self._source,
            "sources": self._sources,
            "queries": self._queries,
            "matrix": self._matrix,
            "graph": self._graph,
            "neighbours": self._neighbours,
            "editor": self._editor,
        }

    @cached_property
    def _templates(self) -> Any:
        from jinja2 import Environment, PackageLoader, StrictUndefined

        templates = Environment(
            loader=PackageLoader("irkg.serve"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        templates.filters["link"] = link
        templates.globals["version"] = __version__
        return templates

    def answer(self, request: Request) -> Reply:
        """Answer a request for a page.

        Raises:
            IrkgError: Something in it is not known.
        """
        place, _, rest = request.path.strip("/").partition("/")
        return self.places[place](request, rest)

    def page(self, template: str, status: int = 200, **shown: Any) -> Reply:
        """Render a page."""
        text = self._templates.get_template(template).render(**shown)
        return Reply(status, f"{HTML}; charset=utf-8", text.encode(), {"Content-Security-Policy": POLICY})

    def trouble(self, reply: Reply, request: Request) -> Reply:
        """Return a refusal as a page, where the client is a browser."""
        if negotiated(request.accept, ["text/plain", HTML]) != HTML:
            return reply
        return self.page("trouble.html", reply.status, reason=reply.body.decode().strip())

    def _home(self, request: Request, rest: str) -> Reply:
        names = self.kg.sources()
        counts = {
            "kinds": len(self.kg.lexicon.kinds),
            "sources": len(names),
            "claims": sum(int(self.facts.source(name)["claims"]) for name in names),
        }
        return self.page("home.html", counts=counts, groups=_by_tag(catalogue()))

    def _queries(self, request: Request, rest: str) -> Reply:
        data = self._as_data(request, lambda: query_triples(catalogue()))
        if data is not None:
            return data
        return self.page("queries.html", groups=_by_tag(catalogue()))

    def _search(self, request: Request, rest: str) -> Reply:
        """Go to the kind that is named, or show what the words may mean, and what they ask."""
        asked = " ".join(request.params.get("q", [""])[-1].split())
        lexicon = self.kg.lexicon
        try:
            kind = self.facts.kind(lexicon.resolve(asked)) if asked else None
        except UnknownName as error:
            kind, near = None, error.near
        else:
            near = ()
        if kind is not None and kind.path:
            return Reply(303, "text/plain", headers={"Location": kind.path})
        found = [self.facts.kind(m.iri) for m in lexicon.find(asked, forgiving=True)] if asked else []
        named = [self.facts.kind(iri) for _, iri in self._completions(asked)] if asked else []
        choice, answer, trouble = None, None, ""
        try:
            if asked and len(asked.split()) > 1:
                choice, answer = self.kg.ask(asked)
        except IrkgError as error:
            trouble = str(error)
        return self.page(
            "search.html",
            asked=asked,
            kinds=list(dict.fromkeys([*found, *named])),
            near=near,
            choice=choice,
            target=_query_address(choice.spec.name, choice.values) if choice else "",
            table=self.table(answer) if answer else None,
            notes=[{"text": note, "link": ""} for note in (answer.notes if answer else ())],
            trouble=trouble,
        )

    def _complete(self, request: Request, rest: str) -> Reply:
        """Complete a name as JSON: its names, each with the path of its page."""
        asked = request.params.get("q", [""])[-1]
        found = [{"name": name, "path": self.facts.kind(iri).path} for name, iri in self._completions(asked)]
        return Reply(200, "application/json", json.dumps(found, ensure_ascii=False).encode())

    @cached_property
    def _names(self) -> list[tuple[str, str, str]]:
        """All names of kinds: (in small letters, as written, IRI), sorted."""
        kinds = self.kg.lexicon.kinds.values()
        names = {(name.casefold(), name, k.iri) for k in kinds for name in (k.display, *k.exact)}
        return sorted(names)

    def _completions(self, asked: str) -> list[tuple[str, str]]:
        """Return names that begin with, or else hold, what was written: (name, IRI)."""
        part = asked.strip().casefold()
        if not part:
            return []
        ranked = [(not low.startswith(part), low, name, iri) for low, name, iri in self._names if part in low]
        return [(name, iri) for _, _, name, iri in sorted(ranked)[:_MOST_NAMES]]

    def _as_data(self, request: Request, triples: Callable[[], Any]) -> Reply | None:
        """Return the page as RDF where the client likes that better than HTML, or asks for it by `format`."""
        asked = request.params.get("format", [""])[-1]
        if asked:
            if asked not in _SHORT_TYPES:
                raise UnknownName("format", asked, remedy=f"use one of: {', '.join(_SHORT_TYPES)}")
            return graph_reply(triples(), _SHORT_TYPES[asked])
        chosen = negotiated(request.accept, [HTML, *GRAPH_TYPES])
        if chosen == HTML:
            return None
        return graph_reply(triples(), chosen or request.accept)

    def _kind(self, request: Request, local: str) -> Reply:
        iri = _class_of(v.KIND + local)
        if iri not in self.kg.lexicon.kinds:
            return refusal(404, "the graph knows no such kind")
        data = self._as_data(request, lambda: kind_triples(self.kg.store, iri))
        if data is not None:
            return data
        facts, kind = self.facts, self.kg.lexicon.kinds[iri]
        claims = facts.claims_about(iri)
        shown = [c for c in claims if c.review != "rejected" and not (c.more["negated"] or c.more["quarantine"])]
        apart = [c for c in claims if c not in shown]
        return self.page(
            "kind.html",
            kind=facts.kind(iri),
            definition=facts.ontology.first(iri, v.DEFINITION),
            synonyms=sorted({*kind.exact, kind.label} - {kind.display}, key=str.casefold),
            related=kind.related,
            lineage=facts.lineage(iri),
            broader=facts.broader(iri),
            narrower=facts.narrower(iri),
            mappings=facts.mappings(iri),
            stated=by_relation(shown),
            entailed=by_relation(facts.following(iri)),
            candidates=by_relation(facts.candidates(iri)),
            apart=apart,
            queries=self._about(iri),
        )

    def _about(self, iri: str) -> list[tuple[str, str]]:
        """Return the canned queries that can be asked of a kind: (question, address)."""
        label = self.kg.lexicon.label(iri)
        fitting: list[tuple[str, str]] = []
        for spec in catalogue().values():
            needed = [p for p in spec.params if p.required]
            if len(needed) == 1 and needed[0].classes and self.kg.lexicon.is_any(iri, needed[0].classes):
                asked = next((q for q in spec.questions if f"{{{needed[0].name}}}" in q), spec.summary)
                question = asked.replace(f"{{{needed[0].name}}}", label)
                fitting.append((question, _query_address(spec.name, {needed[0].name: [v.contract(iri)]})))
        return fitting

    def _claim(self, request: Request, key: str) -> Reply:
        iri = v.CLAIM_NS + key
        claim = self.facts.claim(iri) if re.fullmatch(r"[0-9a-f]{16}", key) else None
        if claim is None:
            return refusal(404, "the graph holds no such claim")
        data = self._as_data(request, lambda: claim_triples(self.kg.store, iri))
        if data is not None:
            return data
        return self.page(
            "claim.html",
            claim=claim,
            cites=self.facts.cited_by(iri),
            why=self._why(claim),
            source=self.facts.source(claim.sources[0]),
        )

    def _why(self, claim: Statement) -> Explanation:
        """Explain the edge that a claim would make."""
        predicates = self.facts.ontology.values(claim.iri, v.PREDICATE, None)
        edge = Triple(v.exemplar(claim.subject.iri), predicates[0], v.exemplar(claim.object.iri))
        return explain(self.kg.store, self.kg.lexicon, edge, every=True)

    def _source(self, request: Request, name: str) -> Reply:
        if name not in self.kg.sources():
            return refusal(404, "the graph holds no such source")
        data = self._as_data(request, lambda: source_triples(self.kg.store, name))
        if data is not None:
            return data
        claims = sorted(self.facts.claims_of(name), key=_place)
        sections: dict[str, list[Statement]] = {}
        for claim in claims:
            sections.setdefault(claim.more["section"], []).append(claim)
        anchors: dict[str, str] = {}  # the first claim of each sentence can be linked to
        for claim in reversed(claims):
            anchors[claim.more["evidence"]] = claim.iri
        return self.page(
            "source.html",
            source=self.facts.source(name),
            sections=sections,
            references=self.facts.references(name),
            claims=claims,
            anchors={iri: evidence.rpartition(":")[2] for evidence, iri in anchors.items() if _SPAN.search(evidence)},
            counts={
                "strength": Counter(c.strength for c in claims),
                "review": Counter(c.review for c in claims),
                "relation": Counter(c.relation for c in claims),
            },
            kinds=len({kind.iri for c in claims for kind in (c.subject, c.object)}),
        )

    def _sources(self, request: Request, rest: str) -> Reply:
        data = self._as_data(request, lambda: sources_triples(self.kg.store, self.kg.sources()))
        return data or self.page("sources.html", sources=self.facts.sources())

    def _matrix(self, request: Request, rest: str) -> Reply:
        """Compare strategies by the mechanisms that they counter, by what the canned query for one mechanism says."""
        given = request.params
        strength = given.get("min-strength", [""])[-1] or Strength.HEDGED.value
        chosen = wanted([s for s in given.get("source", []) if s], min_strength=strength)
        above = find_query(_MATRIX).params[0].classes[0]
        mechanisms = [iri for iri in self.kg.lexicon.kinds if self.kg.lexicon.is_a(iri, above)]
        data = self._as_data(request, lambda: said_of(self.kg.store, _COUNTERS, mechanisms, chosen.sources))
        if data is not None:
            return data
        answer = self.kg.query(_MATRIX, chosen, mechanism=mechanisms)
        at = [answer.columns.index(c) for c in ("subject_id", "object_id", "support", "strength")]
        cells: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for row in answer.rows:
            strategy, mechanism, support, how = (row[i] for i in at)
            cells.setdefault((_iri(strategy), _iri(mechanism)), []).append((support, how))
        rows = self._labelled({m for _, m in cells})
        columns = self._labelled({s for s, _ in cells})
        best = {place: min(found, key=_worth) for place, found in cells.items()}
        return self.page(
            "matrix.html",
            rows=rows,
            columns=columns,
            cells=best,
            silent=[k for k in self._labelled(set(mechanisms)) if k not in rows],
            strengths=list(Strength),
            strength=strength,
            sources=self.kg.sources(),
            source=(chosen.sources or ("",))[0],
            address=_query_address,
        )

    def _asked_kind(self, request: Request) -> Kind:
        named = request.params.get("kind", [""])[-1]
        return self.facts.kind(self.kg.lexicon.resolve(named, sort="kind"))

    def _graph(self, request: Request, rest: str) -> Reply:
        kind = self._asked_kind(request)
        data = self._as_data(request, lambda: kind_triples(self.kg.store, kind.iri))
        return data or self.page("graph.html", kind=kind, supports=list(Support), strengths=list(Strength))

    @cached_property
    def _around(self) -> Neighbours:
        return Neighbours(self.facts)

    def _neighbours(self, request: Request, rest: str) -> Reply:
        """Return the neighbourhood of a kind as JSON, for the graph view."""
        kind, steps = self._asked_kind(request), request.params.get("steps", ["1"])[-1]
        if steps not in ("1", "2"):
            raise QueryError("steps is 1 or 2")
        found = self._around.around(kind.iri, int(steps))
        return Reply(200, "application/json", json.dumps(found, ensure_ascii=False).encode())

    def _editor(self, request: Request, rest: str) -> Reply:
        first = {"name": "Query", "query": _FIRST_QUERY}
        canned = [{"name": spec.name, "query": spec.text} for spec in catalogue().values() if spec.questions]
        asked = request.params.get("query", [""])[-1]
        tabs = sorted([first, *canned], key=lambda tab: tab["name"] != asked)
        reply = self.page("editor.html", tabs=tabs)
        return dataclasses.replace(reply, headers={"Content-Security-Policy": EDITOR_POLICY})

    def _labelled(self, iris: set[str]) -> list[Kind]:
        return sorted((self.facts.kind(iri) for iri in iris), key=lambda k: k.label.casefold())

    def query(self, request: Request, spec: QuerySpec, chosen: Filter, answer: Answer | None, trouble: str) -> Reply:
        """Render the page of a canned query.

        Args:
            request: What the client asked.
            spec: The query.
            chosen: The filter that it gave.
            answer: The answer; None where a parameter is missing or not understood.
            trouble: Why there is none.
        """
        given = request.params
        return self.page(
            "query.html",
            spec=spec,
            example=_query_address(spec.name, _example(spec)),
            given=given,
            values={p.name: self._values(p) for p in spec.params},
            supports=list(Support),
            strengths=list(Strength),
            sources=self.kg.sources(),
            chosen=chosen,
            table=self.table(answer) if answer else None,
            notes=[_note(text, given) for text in (answer.notes if answer else ())],
            trouble=trouble,
            downloads={f: "?" + urlencode({**given, "format": f}, doseq=True) for f in ("csv", "tsv", "json")},
        )

    def _values(self, param: Param) -> list[str]:
        """Return what a parameter can be given, where that is little enough to be listed."""
        if v.DOMAIN_ENTITY in param.classes:
            return []
        found = [(value, _iri(meant)) for value, meant in self.kg.values(param)]
        kinds = self.kg.lexicon.kinds
        return sorted((kinds[iri].display if iri in kinds else value for value, iri in found), key=str.casefold)

    def table(self, answer: Answer) -> dict[str, Any]:
        """Return an answer as a table whose cells know where they lead."""
        ids = {c.removesuffix("_id"): at for at, c in enumerate(answer.columns) if c.endswith("_id")}
        shown = [
            (at, c)
            for at, c in enumerate(answer.columns)
            if not (c.endswith("_id") and c.removesuffix("_id") in answer.columns)
        ]
        rows = [[self._cell(name, row, at, ids) for at, name in shown] for row in answer.rows]
        return {"columns": [name for _, name in shown], "rows": rows}

    def _anchor(self, evidence: str) -> str:
        """Return the address of a sentence among the claims of its source; empty where its place is none of a text."""
        span = _SPAN.search(evidence)
        source = evidence[: span.start()] if span else ""
        return f"/source/{quote(source)}#at-{span[1]}" if span and source in self.kg.sources() else ""

    def _cell(self, name: str, row: Sequence[str], at: int, ids: Mapping[str, int]) -> dict[str, Any]:
        text = row[at]
        if name in ids:
            return {"text": text, "link": Kind(_iri(row[ids[name]]), text).path, "sort": name}
        if name == "source":
            return {"text": text, "links": [(s, f"/source/{quote(s)}") for s in text.split()], "sort": name}
        if name == "evidence":
            return {"text": text, "links": [(e, link(e) or self._anchor(e)) for e in text.split()], "sort": name}
        return {"text": text, "link": "", "sort": name}


def _class_of(kind: str) -> str:
    try:
        return v.class_of(str(ox.NamedNode(kind).value))
    except ValueError:
        return ""


def _iri(curie: str) -> str:
    return v.expand(curie) or curie


def _place(claim: Statement) -> tuple[str, int]:
    place, _, span = claim.more["evidence"].rpartition(":")
    start = span.partition("-")[0]
    return (place, int(start)) if start.isdigit() else (claim.more["evidence"], 0)


def _worth(cell: tuple[str, str]) -> tuple[int, int]:
    """Return the place of a cell's ground: the best support first, then the strongest."""
    return list(Support).index(Support(cell[0])), -Strength(cell[1]).rank


def _by_tag(specs: Mapping[str, QuerySpec]) -> dict[str, list[QuerySpec]]:
    """Group canned queries by their first tag; those that only propose are left out."""
    groups: dict[str, list[QuerySpec]] = {}
    for spec in specs.values():
        if spec.questions:
            groups.setdefault(spec.tags[0], []).append(spec)
    return dict(sorted(groups.items()))


def _query_address(name: str, values: Mapping[str, Sequence[str]]) -> str:
    given = {p: [v.contract(value) for value in found] for p, found in values.items()}
    return f"/query/{name}" + ("?" + urlencode(given, doseq=True) if given else "")


def _example(spec: QuerySpec) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in spec.example:
        values.setdefault(name, []).append(value)
    return values


def _note(text: str, given: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Turn what a note says of an option into a link to the page with or without it."""
    if match := _WEAKER.search(text):
        address = urlencode({**given, "min-strength": match[1]}, doseq=True)
        return {"text": text[: match.start()] + ".", "link": "?" + address}
    if match := _LEFT_OUT.search(text):
        address = urlencode({k: val for k, val in given.items() if k != match[1]}, doseq=True)
        return {"text": text[: match.start()] + ".", "link": "?" + address}
    return {"text": text, "link": ""}
