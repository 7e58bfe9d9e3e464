"""The catalogue as documentation that stays true, and as SHACL that other tools can run."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, Dataset, Graph, URIRef
from rdflib.namespace import SH
from rdflib.plugins.sparql import prepareQuery

from irkg import vocab
from irkg.catalogue import catalogue
from irkg.catalogue_formats import SAMPLE_ROWS, catalogue_markdown, catalogue_turtle
from irkg.kg import KnowledgeGraph
from irkg.model import Answer

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "queries.md"
ANSWERING = {name: spec for name, spec in catalogue().items() if not name.startswith("construct-")}
MADE_BY = "write it anew: irkg queries --format markdown -o docs/queries.md"
TABLE = re.compile(r"(?m)^\|.*\n")


@cache
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


def sections(page: str) -> dict[str, str]:
    head, *rest = re.split(r"(?m)^## ", page)
    return {"": head} | {part.partition("\n")[0]: part for part in rest}


@cache
def shown() -> dict[str, str]:
    return sections(PAGE.read_text(encoding="utf-8"))


def test_the_page_holds_every_query_and_its_sparql() -> None:
    assert list(shown()) == ["", *sorted(ANSWERING)], MADE_BY
    bare = sections(catalogue_markdown(catalogue(), {}))
    assert shown()[""] == bare[""], MADE_BY
    for name, section in bare.items():
        for part in section.split("\n\n"):
            assert part.rstrip() in shown()[name], MADE_BY


@pytest.mark.parametrize("name", ANSWERING)
def test_the_sample_rows_of_the_page_are_true(name: str) -> None:
    answer = graph().example(ANSWERING[name])
    assert answer.rows or ANSWERING[name].empty, "an example should show something"
    documented = TABLE.findall(shown()[name])
    if not documented:
        assert not answer.rows, MADE_BY
        return
    columns, _, *rows = ([c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in documented)
    assert 1 <= len(rows) <= SAMPLE_ROWS
    places = [answer.columns.index(_plain(column)) for column in columns]
    true = {tuple(" ".join(row[at].split()) for at in places) for row in answer.rows}
    for row in rows:
        assert tuple(map(_plain, row)) in true, MADE_BY


def _plain(cell: str) -> str:
    return re.sub(r"\\(.)", r"\1", cell)


def test_a_query_without_a_needed_value_in_its_example_cannot_be_documented() -> None:
    for spec in ANSWERING.values():
        assert {p.name for p in spec.params if p.required} <= {name for name, _ in spec.example}, spec.name


@cache
def described() -> Graph:
    return Graph().parse(data=catalogue_turtle(catalogue()), format="turtle")


def test_every_query_is_an_executable_whose_parameters_are_its_variables() -> None:
    assert catalogue_turtle(catalogue()) == catalogue_turtle(catalogue())
    executables = set(described().subjects(RDF.type, SH.SPARQLExecutable))
    assert {str(e).rpartition("/")[2] for e in executables} == set(catalogue())
    for query in executables:
        spec = catalogue()[str(query).rpartition("/")[2]]
        text = str(described().value(query, SH.select) or described().value(query, SH.construct))
        prepareQuery(text)
        assert text in spec.text
        paths = {described().value(p, SH.path) for p in described().objects(query, SH.parameter)}
        assert {"?" + str(path).rpartition("/")[2] for path in paths} == {p.placeholder for p in spec.params}


@pytest.mark.parametrize(
    ("name", "variable", "value", "case"),
    [
        ("performers-of", "_process_iri", "kind/TCellDysfunction", "process=TCellDysfunction"),
        ("claims-with-relation", "_relation_iri", "recruits", "relation=recruits"),
        ("analyses", "__agent_iri", "kind/Clinician", "agent=Clinician"),
    ],
)
def test_an_engine_that_binds_as_shacl_says_gets_the_golden_rows(
    name: str, variable: str, value: str, case: str
) -> None:
    """Pre-binding of SHACL is what rdflib does with `initBindings`."""
    from irkg.engines import Table
    from irkg.query import answer

    dataset = Dataset(default_union=True)
    dataset.parse(HERE / "queries" / "dataset.trig", format="trig")
    text = str(described().value(URIRef(f"{vocab.IRKG}query/{name}"), SH.select))
    result = dataset.query(text, initBindings={variable: URIRef(vocab.IRKG + value)})
    rows = tuple(tuple(_term(cell.n3()) for cell in row) for row in result)
    got: Answer = answer(Table(tuple(map(str, result.vars or ())), rows))
    lines = (HERE / "queries" / name / f"{case}.tsv").read_text(encoding="utf-8").splitlines()
    assert (got.columns, *got.rows) == tuple(tuple(line.split("\t")) for line in lines)


def _term(n3: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    (quad,) = ox.parse(f"<urn:s> <urn:p> {n3} .", format=ox.RdfFormat.TURTLE)
    return quad.object
