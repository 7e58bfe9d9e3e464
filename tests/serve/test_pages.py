"""The pages, read by an HTML parser: what they show, that each link leads somewhere, and that nothing in them runs."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pyoxigraph as ox
import pytest

from irkg import KnowledgeGraph, resources
from irkg import vocab as v
from irkg.catalogue import catalogue
from irkg.rdf_files import read_rdf
from irkg.results import link
from irkg.serve.facts import Facts
from irkg.serve.guard import SECURITY
from irkg.serve.messages import Reply, Request
from irkg.serve.neighbours import Neighbours
from irkg.serve.pages import EDITOR_POLICY, POLICY
from irkg.serve.protocol import GRAPH_TYPES
from irkg.serve.site import Site

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
HOSTILE = "\"'><img src=x onerror=alert(1)></script><script>alert(1)</script>{{7*7}}"
TREG, MECHANISM = "/kind/CL_0000815", "/kind/TregRecruitment"
VOID = {"meta", "link", "input", "img", "br"}


class Page(HTMLParser):
    """A page, taken apart."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(reply.body.decode())
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self.open and self.open[-1] != tag:  # the end tag of these may be left out
            assert self.open.pop() in {"li", "dt", "dd", "p", "tr", "td", "th", "option", "tbody", "thead"}
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def links(self) -> set[str]:
        return {a["href"] for a in self.all("a") if "href" in a}


def get(site: Site, address: str, accept: str = BROWSER) -> Reply:
    parts = urlsplit(address)
    return site.handle(Request(parts.path, query_string=parts.query, accept=accept))


def page(site: Site, address: str) -> Page:
    reply = get(site, address)
    assert (reply.status, reply.media_type) == (200, "text/html; charset=utf-8"), reply.body
    assert reply.headers["Content-Security-Policy"] == (EDITOR_POLICY if address.startswith("/editor") else POLICY)
    return Page(reply)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(KnowledgeGraph.open().prepared(), tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The shipped graph with markup and script in every text, and script in the place of addresses."""
    path = hostile_graph(tmp_path_factory.mktemp("hostile"))
    return Site(KnowledgeGraph.open(path).prepared(), path.parent)


def hostile_graph(folder: Path) -> Path:
    """Write that graph into a folder."""
    path = folder / "graph.nq"
    quads = read_rdf(resources.graph_file(), ox.RdfFormat.TRIG)
    path.write_bytes(ox.serialize(map(_poisoned, quads), format=ox.RdfFormat.N_QUADS) or b"")
    return path


def _poisoned(quad: ox.Quad) -> ox.Quad:
    thing = quad.object
    if isinstance(thing, ox.Literal) and thing.datatype.value == v.XSD + "string":
        if quad.predicate.value != v.HAS_SCHEMA_VERSION:
            thing = ox.Literal(thing.value + HOSTILE)
    elif quad.predicate.value in (v.PAGE, v.SKOS + "exactMatch"):
        thing = ox.NamedNode("javascript:alert(1)")
    return ox.Quad(quad.subject, quad.predicate, thing, quad.graph_name)


def test_a_search_for_a_name_goes_to_its_page(site: Site) -> None:
    for name in ("Treg", "regulatory T cells", "CL:0000815", "kind:CL_0000815"):
        found = get(site, "/search?" + urlencode({"q": name}))
        assert (found.status, found.headers["Location"]) == (303, TREG)
    assert "Did you mean" in page(site, "/search?q=Treg+recrutment").text


def test_a_search_for_a_question_answers_it(site: Site) -> None:
    found = page(site, "/search?q=which+strategies+counter+Treg+recruitment")
    assert "Which strategies counter a resistance mechanism?" in found.text
    assert any(a.startswith("/query/strategies-countering?mechanism=") for a in found.links)
    assert "candidate" in found.text
    assert get(site, "/ask?q=what+counters+hypoxia").headers["Location"] == "/search?q=what+counters+hypoxia"


def test_names_are_completed(site: Site) -> None:
    found = get(site, "/complete?q=treg+rec").body.decode()
    assert '{"name": "Treg recruitment", "path": "/kind/TregRecruitment"}' in found
    assert get(site, "/complete?q=").body == b"[]"


def test_the_page_of_a_kind_keeps_apart_what_is_stated_follows_and_is_proposed(site: Site) -> None:
    found = page(site, MECHANISM)
    stated, _, rest = found.text.partition("Proposed by a rule, stated by nobody")
    assert "The drawing of regulatory T cells into a tumor." in stated
    assert "CCR4 blockade" in stated
    assert "combination therapy" not in stated
    assert "combination therapy" in rest
    assert {"/kind/CellRecruitment", "/kind/TumorMicroenvironmentManipulation"} & found.links


def test_the_way_from_kind_to_claim_to_its_place(site: Site) -> None:
    claims = sorted(a for a in page(site, TREG).links if a.startswith("/claim/"))
    for claim in claims[:5]:
        found = page(site, claim)
        assert "Explanation" in found.text
        assert any(a.startswith("/source/") for a in found.links)


def test_the_form_of_a_query_filters_and_downloads(site: Site) -> None:
    form = page(site, "/query/strategies-countering")
    assert {"mechanism", "source", "support", "min-strength", "reviewed"} <= {
        a["name"] for tag, a in form.tags if "name" in a
    }
    assert not form.all("table")
    found = page(site, "/query/strategies-countering?mechanism=Treg+recruitment&source=eran-2023")
    assert "does not state a strategy" in found.text
    [csv] = [a for a in found.links if "format=csv" in a]
    assert get(site, "/query/strategies-countering" + csv).media_type.startswith("text/csv")
    wrong = page(site, "/query/strategies-countering?mechanism=Treg+recrutment")
    assert 'did you mean "Treg recruitment"' in wrong.text


def test_evidence_leads_to_its_sentence(site: Site) -> None:
    rows = page(site, "/query/strategies-countering?mechanism=Treg+recruitment&source=eran-2023")
    places = {a for a in rows.links if a.startswith("/source/eran-2023#")}
    assert places
    ids = {a["id"] for _, a in page(site, "/source/eran-2023").tags if "id" in a}
    assert {place.partition("#")[2] for place in places} <= ids


def test_notes_lead_to_what_they_leave_out(site: Site) -> None:
    found = page(site, "/query/claims-about?kind=Treg&support=entailed")
    [more] = [a for a in found.links if a.startswith("?") and "support" not in parse_qs(a[1:]) and "format" not in a]
    assert page(site, "/query/claims-about" + more).all("tbody")


def test_the_matrix_says_what_its_queries_say(site: Site) -> None:
    found = page(site, "/matrix")
    cells = [a["class"] for a in found.all("td") if "class" in a]
    assert {"stated", "candidate"} <= set(cells)
    one = page(site, "/matrix?source=eran-2023")
    stated = [a["title"] for a in one.all("td") if a.get("class") == "stated"]
    assert stated == ["combination therapy: stated, ability"], "which is said of resistance mechanisms in general"


@pytest.mark.parametrize("address", [TREG, MECHANISM, "/source/eran-2023"])
@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_pages_are_data_too(site: Site, address: str, media_type: str) -> None:
    reply = get(site, address, media_type)
    assert reply.media_type.partition(";")[0] == media_type
    found = set(ox.parse(reply.body, format=GRAPH_TYPES[media_type]))
    about = {q.subject.value for q in found if isinstance(q.subject, ox.NamedNode)}
    assert v.IRKG + address.strip("/") in about


@pytest.mark.parametrize(
    ("address", "of_sources", "candidates"),
    [("/matrix", {"eran-2023", "sun-w-2016"}, True), ("/matrix?source=eran-2023", {"eran-2023"}, False)],
)
def test_the_matrix_is_data_too(site: Site, address: str, of_sources: set[str], candidates: bool) -> None:
    found = list(ox.parse(get(site, address, "text/turtle").body, format=ox.RdfFormat.TURTLE))
    relations = {q.object for q in found if q.predicate == ox.NamedNode(v.PREDICATE)}
    assert relations == {ox.NamedNode(v.IRKG + "counters")}
    types = {q.object.value for q in found if q.predicate == ox.NamedNode(v.RDF_TYPE)}  # type: ignore[union-attr]
    assert v.CLAIM in types
    assert (v.CANDIDATE in types) == candidates
    sources = {q.object.value for q in found if q.predicate == ox.NamedNode(v.HAS_SOURCE)}  # type: ignore[union-attr]
    assert {v.SOURCE_NS + name for name in of_sources} <= sources
    assert candidates or sources == {v.SOURCE_NS + name for name in of_sources}


def test_the_sources_and_the_graph_are_data_too(site: Site) -> None:
    found = {str(q.subject) for q in ox.parse(get(site, "/sources?format=turtle").body, format=ox.RdfFormat.TURTLE)}
    assert f"<{v.SOURCE_NS}sun-w-2016>" in found
    drawn, kind = (get(site, a, "text/turtle").body for a in ("/graph?kind=CL:0000815", TREG))
    assert set(map(str, ox.parse(drawn, format=ox.RdfFormat.TURTLE))) == set(
        map(str, ox.parse(kind, format=ox.RdfFormat.TURTLE))
    )


def test_canned_queries_are_data_too(site: Site) -> None:
    address = "/query/strategies-countering"
    reply = get(site, address, "text/turtle, application/ld+json;q=0.9")
    subjects = {str(q.subject) for q in ox.parse(reply.body, format=ox.RdfFormat.TURTLE)}
    assert f"<{v.IRKG}query/strategies-countering>" in subjects
    all_of_them = set(ox.parse(get(site, "/queries?format=jsonld").body, format=ox.RdfFormat.JSON_LD))
    executable = ox.NamedNode(v.SH + "SPARQLExecutable")
    assert len({q.subject for q in all_of_them if q.object == executable}) == len(catalogue())


def test_a_form_offers_its_example(site: Site) -> None:
    for name, spec in catalogue().items():
        if spec.example:
            [example] = [a for a in page(site, f"/query/{name}").links if a.startswith(f"/query/{name}?")]
            found = page(site, example)
            assert found.all("table") or "No rows." in found.text
            assert not [a for _, a in found.tags if a.get("role") == "alert"]


def test_a_claim_is_data_with_its_evidence(site: Site) -> None:
    claim = min(a for a in page(site, "/source/eran-2023").links if a.startswith("/claim/"))
    reply = get(site, claim + "?format=turtle")
    subjects = {str(q.subject) for q in ox.parse(reply.body, format=ox.RdfFormat.TURTLE)}
    assert any("/evidence/" in s for s in subjects)
    assert get(site, claim + "?format=jsonld").media_type == "application/ld+json"
    assert get(site, claim + "?format=pdf").status == 400


@pytest.mark.parametrize(
    "address", ["/nowhere", "/kind/Nothing", "/kind/%3Cx%3E", "/claim/0", "/source/nobody", "/query/x"]
)
def test_what_is_not_there_is_said(site: Site, address: str) -> None:
    assert get(site, address).status == 404
    assert get(site, address).media_type.startswith("text/html")
    assert get(site, address, "*/*").media_type.startswith("text/plain")


def addresses(site: Site) -> Iterator[str]:
    """Yield one page of each sort, and every canned query that needs no parameter."""
    yield from ("/", "/queries", "/matrix", "/sources", "/source/eran-2023", TREG, MECHANISM)
    yield from ("/search?q=Treg+recruitment+mechanisms", "/search?q=which+strategies+counter+Treg+recruitment")
    yield from sorted(a for a in page(site, TREG).links if a.startswith("/claim/"))[:2]
    yield "/query/strategies-countering?mechanism=irkg:TregRecruitment"
    yield from ("/graph?kind=CL:0000815", "/editor")
    yield "/explain?subject=CL:0001064&relation=irkg:indirectlyInhibits&object=irkg:AntiTumorImmuneCell"
    yield from (f"/query/{n}" for n, s in catalogue().items() if not any(p.required for p in s.params) and s.questions)


def test_every_link_leads_somewhere(site: Site) -> None:
    seen: set[str] = set()
    for address in addresses(site):
        for found in page(site, address).links:
            target = address.partition("?")[0] + found if found.startswith("?") else found
            if found.startswith(("http:", "https:", "#", "/download/")) or target in seen:
                continue
            seen.add(target)
            if len(seen) < 60:
                assert get(site, target).status in (200, 303), f"{address} leads to {target}"
    assert len(seen) > 60


def test_pages_have_what_a_screen_reader_needs(site: Site) -> None:
    for address in addresses(site):
        found = page(site, address)
        assert [tag for tag, _ in found.tags].count("h1") == 1
        assert found.all("html") == [{"lang": "en"}]
        ids = [a["id"] for _, a in found.tags if "id" in a]
        assert len(ids) == len(set(ids)), f"{address} names something twice"
        assert all(set(th) >= {"scope"} for th in found.all("th"))


def test_nothing_in_the_graph_runs(hostile: Site) -> None:
    for address in addresses(hostile):
        found = page(hostile, address)
        assert not found.all("img"), address
        for script in found.all("script"):
            assert script.get("src", "").startswith("/static/") or script["type"] == "application/json", address
        for tag, attributes in found.tags:
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (address, tag)
            for name in ("href", "src", "action"):
                scheme = urlsplit(attributes.get(name, "")).scheme
                assert scheme in ("", "http", "https") or attributes[name] == "data:,", (address, attributes)
        assert "49" not in re.findall(r"script>(\d+)", found.text), "a text was rendered as a template"


def test_nothing_is_fetched_from_elsewhere(site: Site) -> None:
    for address in addresses(site):
        for tag, attributes in page(site, address).tags:
            for name in ("src", "srcset", "action", "poster", "data") + (("href",) if tag == "link" else ()):
                assert not attributes.get(name, "").startswith(("http", "//")), (address, tag)
    for policy in (POLICY, EDITOR_POLICY, SECURITY["Content-Security-Policy"]):
        assert "default-src 'none'" in policy
        assert "http" not in policy
        assert [part for part in policy.split("; ") if "unsafe" in part] in ([], ["style-src 'self' 'unsafe-inline'"])
    assert "unsafe" not in POLICY


def test_the_neighbourhood_of_a_kind_keeps_its_edges_apart(site: Site) -> None:
    neighbours = Neighbours(Facts(site.kg))
    found = neighbours.around(v.IRKG + "TregRecruitment", 2)
    nodes = {node["id"] for node in found["nodes"]}
    assert found["center"] in nodes
    assert {end for e in found["edges"] for end in (e["source"], e["target"])} <= nodes
    assert {e["support"] for e in found["edges"]} == {"stated", "entailed", "candidate"}
    stated = {(e["source"], e["relation"], e["target"]) for e in found["edges"] if e["support"] == "stated"}
    for source, relation, target in stated:
        query = f"ASK {{ GRAPH graph:edges {{ <{_exemplar(source)}> ?p <{_exemplar(target)}> }} }}"
        assert site.kg.sparql(query).rows == (("true",),), (source, relation, target)
    few = neighbours.around(v.IRKG + "TregRecruitment", 2, most=5)
    assert len(few["nodes"]) == 5
    assert few["left_out"] > 0


def _exemplar(curie: str) -> str:
    return v.exemplar(v.expand(curie) or curie)


def test_the_graph_view_asks_for_neighbours(site: Site) -> None:
    assert get(site, "/neighbours?kind=Treg&steps=2").media_type == "application/json"
    assert get(site, "/neighbours?kind=Treg&steps=3").status == 400
    assert get(site, "/neighbours?kind=Tregg").status == 400
    assert page(site, "/graph?kind=Treg").all("form")[-1]["data-kind"] == "CL:0000815"


def test_the_editor_opens_the_query_that_was_asked_for(site: Site) -> None:
    text = get(site, "/editor?query=mechanisms").body.decode()
    tabs = json.loads(text.partition('id="tabs">')[2].partition("</script>")[0])
    assert tabs[0] == {"name": "mechanisms", "query": catalogue()["mechanisms"].text}
    assert {tab["name"] for tab in tabs} >= {n for n, s in catalogue().items() if s.questions}
    assert get(site, "/sparql").headers["Location"] == "/editor"
    assert get(site, "/sparql", "text/turtle").status == 200


def test_the_first_page_is_light(site: Site) -> None:
    static = Path(str(files("irkg.serve"))) / "static"
    parts = [get(site, "/").body, *((static / name).read_bytes() for name in ("irkg.css", "irkg.js"))]
    assert sum(len(gzip.compress(part)) for part in parts) < 300_000


def test_what_is_vendored_says_what_it_is() -> None:
    vendored = sorted((Path(str(files("irkg.serve"))) / "static" / "vendor").iterdir())
    notice = (Path(__file__).resolve().parents[2] / "NOTICE").read_text(encoding="utf-8")
    for folder in vendored:
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        assert f"{about['name']} {about['version']}" in notice
        assert about["license"] in notice


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JavaScript://x/%0aalert(1)", "data:text/html,x", "file:///etc/passwd", "http:", "x"],
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert link(address) == ""
