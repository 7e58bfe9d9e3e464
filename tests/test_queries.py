"""Each canned query against rows written by hand, raw and bound, on two engines that share no code."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query

from irkg import vocab
from irkg.binding import bind
from irkg.engines import EmbeddedEngine, Table
from irkg.model import Param, ValueType
from irkg.query import answer, load_catalogue

HERE = Path(__file__).parent / "queries"
CATALOGUE = load_catalogue(Path(__file__).parent.parent / "queries")
CASES = sorted((path.parent.name, path.stem) for path in HERE.glob("*/*.tsv"))
ANSWERS = [name for name in CATALOGUE if not name.startswith(("check-", "construct-"))]
RULE = "construct-general-counter"
CANDIDATES = ox.NamedNode(vocab.GRAPH_CANDIDATES)


@cache
def store() -> ox.Store:
    filled = ox.Store()
    filled.load(path=str(HERE / "dataset.trig"), format=ox.RdfFormat.TRIG)
    for t in EmbeddedEngine(filled).run(CATALOGUE[RULE].text).triples or ():
        filled.add(ox.Quad(t.subject, t.predicate, t.object, CANDIDATES))
    return filled


@cache
def rdflib_dataset() -> Dataset:
    dataset = Dataset(default_union=True)
    dataset.parse(data=store().dump(format=ox.RdfFormat.N_QUADS), format="nquads")
    return dataset


@cache
def prepared(name: str) -> Query:
    """Parse a query as it stands; rdflib takes longer for that than for most answers."""
    return prepareQuery(CATALOGUE[name].text)


def rdflib_table(sparql: str | Query) -> Table:
    result = rdflib_dataset().query(sparql)
    columns = tuple(str(v) for v in result.vars or ())
    rows = (tuple(None if cell is None else to_ox(cell.n3()) for cell in row) for row in result)
    return Table(columns, tuple(rows))


def to_ox(n3: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    (quad,) = ox.parse(f"<urn:s> <urn:p> {n3} .", format=ox.RdfFormat.TURTLE)
    return quad.object


def expected(name: str, case: str) -> tuple[tuple[str, ...], ...]:
    lines = (HERE / name / f"{case}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines)


def sparql_of(name: str, case: str) -> str:
    """Bind the values that the name of a golden file holds: `mechanism=A,B`, `first=one&second=other`."""
    spec = CATALOGUE[name]
    if case == "expected":
        return spec.text
    params = {p.name: p for p in spec.params}
    given = dict(part.split("=") for part in case.split("&"))
    return bind(spec, {name: [term(params[name], v) for v in values.split(",")] for name, values in given.items()})


def term(param: Param, value: str) -> str:
    if param.type is not ValueType.IRI:
        return value
    namespaces = {vocab.SOURCE: vocab.SOURCE_NS, vocab.OWL + "ObjectProperty": vocab.IRKG}
    return namespaces.get(param.classes[0], vocab.KIND) + value


# With wildcards, rdflib needs seconds for these; with values it does not.
SLOW = {"classification-of", "causal-chains", "conflicts-between", "agreements-between"}
RUNS = [
    pytest.param(name, case, engine, marks=[pytest.mark.thorough] * (engine == "rdflib" and slow))
    for name, case in CASES
    for slow in [case == "expected" and name in SLOW]
    for engine in ("pyoxigraph", "rdflib")
]


@pytest.mark.parametrize(("name", "case", "engine"), RUNS)
def test_rows_are_the_golden_ones(name: str, case: str, engine: str) -> None:
    sparql = sparql_of(name, case)
    if engine == "pyoxigraph":
        table = EmbeddedEngine(store()).run(sparql)
    else:
        table = rdflib_table(prepared(name) if case == "expected" else sparql)
    got = answer(table)
    assert (got.columns, *got.rows) == expected(name, case)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_query_has_golden_rows_raw_and_for_each_parameter(name: str) -> None:
    cases = [case for query, case in CASES if query == name]
    bound = {part.partition("=")[0] for case in cases if case != "expected" for part in case.split("&")}
    assert "expected" in cases
    assert bound == {p.name for p in CATALOGUE[name].params}
    assert len(expected(name, "expected")) > 1, "a golden answer without rows proves nothing"


def of_kinds(name: str) -> bool:
    """Return whether a query asks for kinds and can do with the first of them."""
    first, *rest = CATALOGUE[name].params or (None,)
    special = (vocab.SOURCE, vocab.OWL + "ObjectProperty")
    kind = first is not None and first.type is ValueType.IRI and first.classes[0] not in special
    return kind and not any(p.required for p in rest if p)


@pytest.mark.parametrize("name", [n for n in ANSWERS if of_kinds(n)])
def test_several_values_give_the_rows_of_each(name: str) -> None:
    param = CATALOGUE[name].params[0].name
    kinds = ["CL_0001064", "Tumor", "ImmuneCell", "TregRecruitment", "TCellDysfunction", "ImmuneTherapyResistance"]
    kinds += ["AntigenDownregulation", "ImmuneResponse", "CombinationTherapy", "RegulatoryImmuneCell", "Clinician"]
    kinds += ["ImmuneCheckpointPathway", "OBI_1110034", "Nutrient", "TCellFunction", "PrecisionMedicine", "Pathway"]
    kinds += ["AntiTumorImmuneCell", "ImmuneCheckpointInhibitor", "ImmunosuppressiveMilieu", "TCellExhaustion"]
    run = EmbeddedEngine(store()).run
    one_by_one = {r for kind in kinds for r in answer(run(sparql_of(name, f"{param}={kind}"))).rows}
    assert one_by_one
    assert set(answer(run(sparql_of(name, f"{param}={','.join(kinds)}"))).rows) == one_by_one


@pytest.mark.parametrize("name", CATALOGUE)
def test_query_is_what_grlc_and_any_engine_expect(name: str) -> None:
    spec = CATALOGUE[name]
    keys = [line[3:].partition(":")[0] for line in spec.text.splitlines() if line.startswith("#+")]
    assert keys[:4] == ["summary", "description", "tags", "endpoint"]
    prepared(name)  # it is SPARQL to rdflib as well
    assert "SERVICE" not in spec.text
    assert name.startswith("construct-") == ("CONSTRUCT" in spec.text)
    if "?subject ?relation" in spec.text:
        columns = EmbeddedEngine(ox.Store()).run(spec.text).columns
        assert " ".join(columns) == (
            "subject relation object support strength review source evidence reason subject_id object_id"
        )


def test_rule_proposes_the_same_candidates_on_both_engines() -> None:
    result = rdflib_dataset().query(CATALOGUE[RULE].text)
    from_rdflib = {" ".join(t.n3() for t in triple) for triple in result.graph or ()}
    assert from_rdflib == {str(t) for t in EmbeddedEngine(store()).run(CATALOGUE[RULE].text).triples or ()}


def test_rule_writes_a_candidate_as_the_model_says() -> None:
    claim = vocab.CLAIM_NS + f"{25:016x}"  # combination therapy counters immune therapy resistance, hedged
    rows = EmbeddedEngine(store()).run(
        "SELECT ?c ?p ?v { GRAPH <https://w3id.org/irkg/graph/candidates> { ?c ?p ?v ; <https://w3id.org/irkg/premise> "
        f"<{claim}> ; <https://w3id.org/irkg/object> <{vocab.KIND}TregRecruitment> }} }}"
    )
    written = {(p.value, v.value) for _, p, v in rows.rows}  # type: ignore[union-attr]
    from hashlib import sha256

    key = sha256(f"{claim} {vocab.KIND}TregRecruitment".encode()).hexdigest()[:16]
    assert {c.value for c, _, _ in rows.rows} == {f"https://w3id.org/irkg/candidate/{key}"}  # type: ignore[union-attr]
    assert written == {
        (vocab.RDF_TYPE, vocab.CANDIDATE),
        (vocab.RDF_TYPE, vocab.OWL + "NamedIndividual"),
        (vocab.LABEL, "combination therapy counters Treg recruitment"),
        (vocab.SUBJECT, vocab.KIND + "CombinationTherapy"),
        (vocab.PREDICATE, vocab.IRKG + "counters"),
        (vocab.OBJECT, vocab.KIND + "TregRecruitment"),
        (vocab.RULE, "general-counter"),
        (vocab.PREMISE, claim),
        (vocab.HAS_STRENGTH, vocab.IRKG + "hedged"),
        (
            vocab.REASON,
            "combination therapy is said to counter immune therapy resistance in general, "
            "and Treg recruitment is a mechanism of it",
        ),
    }


def test_rule_leaves_out_what_is_stated_rejected_negated_or_names_no_strategy() -> None:
    rows = EmbeddedEngine(store()).run(
        "SELECT DISTINCT ?s ?o { GRAPH <https://w3id.org/irkg/graph/candidates> "
        "{ ?c <https://w3id.org/irkg/subject> ?s ; <https://w3id.org/irkg/object> ?o } }"
    )
    pairs = {tuple(t.value.removeprefix(vocab.KIND) for t in row) for row in rows.rows}  # type: ignore[union-attr]
    assert {s for s, _ in pairs} == {
        "CombinationTherapy", "ImmuneCheckpointInhibitor", "NovelImmunotherapy", "VulnerabilityExploitation"
    }  # fmt: skip
    assert ("ImmuneCheckpointInhibitor", "TCellExhaustion") not in pairs
    assert len(pairs) == 4 * 8 - 1


def _joins(node: CompValue) -> Iterator[CompValue]:
    if node.name == "Join":
        yield node
    for value in node.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, CompValue):
                yield from _joins(part)


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_pattern_stands_behind_a_bind(name: str) -> None:
    """Engines join what stands behind BIND anew for each row in front of it: minutes instead of milliseconds."""
    for join in _joins(prepared(name).algebra):
        assert {join.p1.name, join.p2.name} != {"BGP", "Extend"}
