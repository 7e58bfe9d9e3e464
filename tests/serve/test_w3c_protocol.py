"""The W3C's tests of the SPARQL 1.1 Protocol, by HTTP on a running server."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import vocab as v
from served import SCHEMA, Got, Server

PASSED = """
query_post_form query_dataset_default_graphs_get query_dataset_default_graphs_post query_dataset_named_graphs_post
query_dataset_named_graphs_get query_dataset_full query_multiple_dataset query_get query_content_type_select
query_content_type_ask query_content_type_describe query_content_type_construct query_post_direct bad_query_method
bad_multiple_queries bad_query_wrong_media_type bad_query_missing_form_type bad_query_missing_direct_type
bad_query_non_utf8 bad_query_syntax bad_update_get bad_multiple_updates bad_update_wrong_media_type
bad_update_missing_form_type bad_update_non_utf8 bad_update_syntax bad_update_dataset_conflict
""".split()
READ_ONLY = "it wants an update to be carried out, and the endpoint is read-only: 403"
EXCLUDED = dict.fromkeys(
    """
    update_dataset_default_graph update_dataset_default_graphs update_dataset_named_graphs update_dataset_full
    update_post_form update_post_direct update_base_uri
    """.split(),
    READ_ONLY,
)
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
TESTS = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#"
FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    },
    "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples"},
}


@dataclass
class Sent:
    """A request of a test, and what is expected of its response."""

    path: str
    method: str
    body: bytes | None
    headers: dict[str, str]
    statuses: set[str] = field(default_factory=set)
    format: str = ""
    boolean: str = ""


class Manifest:
    """The tests, out of their manifest."""

    def __init__(self, archive: Path) -> None:
        folder = "rdf-tests-sparql11/sparql/sparql11/protocol/"
        with tarfile.open(archive) as files:
            text, *data = (files.extractfile(folder + n) for n in ("manifest.ttl", "data1.nt", "data2.nt", "data3.nt"))
            assert text is not None
            self.data = [file.read() for file in data if file is not None]
            self.store = ox.Store()
            self.store.load(text.read(), format=ox.RdfFormat.TURTLE, base_iri="http://www.example/manifest")

    def all(self, subject: object, predicate: str) -> list[object]:
        return [q.object for q in self.store.quads_for_pattern(subject, ox.NamedNode(predicate), None)]  # type: ignore[arg-type]

    def one(self, subject: object, predicate: str) -> str:
        found = self.all(subject, predicate)
        return getattr(found[0], "value", "") if found else ""

    def items(self, subject: object, predicate: str) -> Iterator[object]:
        cells = self.all(subject, predicate)
        while cells and cells != [ox.NamedNode(v.RDF + "nil")]:
            yield self.all(cells[0], v.RDF + "first")[0]
            cells = self.all(cells[0], v.RDF + "rest")

    @property
    def names(self) -> list[str]:
        entries = self.items(ox.NamedNode("http://www.example/manifest"), MF + "entries")
        return [e.value.removeprefix(TESTS) for e in entries if isinstance(e, ox.NamedNode)]

    def requests(self, name: str) -> Iterator[Sent]:
        for action in self.all(ox.NamedNode(TESTS + name), MF + "action"):
            for request in self.items(action, HT + "requests"):
                headers = {
                    self.one(h, HT + "fieldName"): self.one(h, HT + "fieldValue")
                    for h in self.items(request, HT + "headers")
                }
                sent = Sent(self.one(request, HT + "absolutePath"), self.one(request, HT + "methodName"), None, headers)
                for body in self.all(request, HT + "body"):
                    sent.body = self.one(body, CNT + "chars").encode(self.one(body, CNT + "characterEncoding"))
                for expected in self.all(request, HT + "resp"):
                    statuses = self.all(expected, MF + "expectedStatus")
                    sent.statuses = {s.value[-3] for s in statuses if isinstance(s, ox.NamedNode)}
                    sent.format = self.one(expected, MF + "expectedFormat")
                    sent.boolean = self.one(expected, MF + "expectedBoolean")
                yield sent


@pytest.fixture(scope="module")
def manifest(shared: Path) -> Manifest:
    return Manifest(shared / "suites" / "rdf-tests-sparql11.tar.gz")


@pytest.fixture(scope="module")
def server(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the data of the tests, each file in the named graph that the tests give it."""
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, t.subject)
        for text in manifest.data
        for t in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
    ]
    path = tmp_path_factory.mktemp("w3c") / "graph.nq"
    path.write_bytes(ox.serialize([*quads, SCHEMA], format=ox.RdfFormat.N_QUADS) or b"")
    with Server("--kg", str(path), "--workers", "1") as running:
        yield running


def conforms(got: Got, sent: Sent) -> None:
    assert str(got.status)[0] in sent.statuses, got.text
    kind = got.headers["content-type"].partition(";")[0]
    if sent.format:
        assert kind in FORMATS[sent.format]
    if sent.boolean:
        assert json.loads(got.body)["boolean"] is (sent.boolean == "true")


def test_every_test_is_run_or_excluded_with_its_reason(manifest: Manifest) -> None:
    assert sorted(manifest.names) == sorted([*PASSED, *EXCLUDED])


@pytest.mark.parametrize("name", PASSED)
def test_passed(name: str, manifest: Manifest, server: Server) -> None:
    requests = list(manifest.requests(name))
    assert requests
    for sent in requests:
        headers = sent.headers
        if sent.body is not None and not any(h.casefold() == "content-type" for h in headers):
            assert "missing" in name  # http.client adds no type of its own to bytes
        conforms(server.ask(sent.path, sent.method, sent.body, headers), sent)


@pytest.mark.parametrize("name", EXCLUDED)
def test_excluded_updates_are_refused(name: str, manifest: Manifest, server: Server) -> None:
    update = next(manifest.requests(name))
    got = server.ask(update.path, update.method, update.body, update.headers)
    assert (got.status, got.text) == (403, "this endpoint is read-only: updates are refused\n")
