"""GraphML, Cytoscape JSON and KGX hold the kinds and the edges between them, with what each edge rests on."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
from pathlib import Path

import networkx
import pyoxigraph as ox
import pytest
import yaml

from irkg import resources
from irkg import vocab as v
from irkg.errors import GraphError
from irkg.export import biolink, export
from irkg.export.property_graph import Edge, edges, nodes
from irkg.store import in_memory, open_dataset

TINY = Path(__file__).parent / "data" / "tiny.trig"
PREFIXES = """
@prefix claim: <https://w3id.org/irkg/claim/> . @prefix graph: <https://w3id.org/irkg/graph/> .
@prefix irkg: <https://w3id.org/irkg/> . @prefix kind: <https://w3id.org/irkg/kind/> .
@prefix obo: <http://purl.obolibrary.org/obo/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix d: <https://w3id.org/irkg/derivation/> .
@prefix source: <https://w3id.org/irkg/source/> . @prefix e: <https://w3id.org/irkg/evidence/> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix oboInOwl: <http://www.geneontology.org/formats/oboInOwl#> .
"""
KINDS = """graph:ontology {
    irkg:Drug rdfs:subClassOf irkg:DomainEntity . irkg:Condition rdfs:subClassOf irkg:DomainEntity .
    obo:MONDO_0000001 rdfs:subClassOf irkg:Condition .
    kind:A irkg:exemplarOf irkg:A . irkg:A rdfs:label "a" ; rdfs:subClassOf irkg:Drug .
    kind:B irkg:exemplarOf irkg:B . irkg:B rdfs:label "b & <b>" ; rdfs:subClassOf obo:MONDO_0000001 .
    kind:C irkg:exemplarOf irkg:C . irkg:C rdfs:label "c" ; oboInOwl:hasExactSynonym "cc" , "ccc" .
    irkg:causes irkg:relationName "causes" ; owl:inverseOf irkg:causedBy .
}
"""


def claim(number: int, edge: str, strength: str, review: str, *, source: str = "s1", more: str = "rule") -> str:
    rule = '; irkg:rule "active-verb"' if more == "rule" else ""
    negated, quarantined = (str(more == word).lower() for word in ("negated", "quarantined"))
    subject, relation, other = edge.split()
    return f"""graph:claims\\/{source} {{
        source:{source} dcterms:identifier "doi:10.1/{source}" .
        claim:{number:016x} a irkg:Claim ; irkg:subject kind:{subject} ; irkg:predicate irkg:{relation} ;
            irkg:object kind:{other} ; irkg:strength irkg:{strength} ; irkg:reviewStatus irkg:{review} ;
            irkg:source source:{source} ; irkg:evidence <https://w3id.org/irkg/evidence/{source}/{number}-9> ;
            irkg:negated {negated} ; irkg:quarantined {quarantined} {rule} .
    }}
    """


def dataset(*parts: str) -> ox.Store:
    return in_memory(ox.parse(PREFIXES + KINDS + "".join(parts), format=ox.RdfFormat.TRIG))


def found(store: ox.Store) -> dict[str, Edge]:
    return {f"{e.subject[-1]} {e.relation} {e.object[-1]}": e for e in edges(store)}


@pytest.fixture(scope="module")
def shipped() -> ox.Store:
    return open_dataset(resources.graph_file())


def tables(content: bytes) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        assert archive.getnames() == ["irkg_nodes.tsv", "irkg_edges.tsv"]
        texts = [file.read().decode() for name in archive.getnames() if (file := archive.extractfile(name))]
    first, second = (
        list(csv.DictReader(io.StringIO(t, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)) for t in texts
    )
    return first, second


def test_the_edges_of_the_small_graph_as_worked_out_by_hand() -> None:
    one, two, both = (
        ("claim:0000000000000001",),
        ("claim:0000000000000002",),
        ("claim:0000000000000001", "claim:0000000000000002"),
    )
    shown = [
        (v.contract(e.subject), e.relation, v.contract(e.object), e.support, e.rules, e.claims)
        for e in edges(open_dataset(TINY))
    ]
    assert shown == [
        ("CL:0000815", "inhibits", "CL:0000910", "stated", (), two),
        ("CL:0001064", "indirectlyInhibits", "CL:0000910", "entailed", ("property-chain",), both),
        ("CL:0001064", "recruits", "CL:0000815", "stated", (), one),
    ]
    for edge in edges(open_dataset(TINY)):
        assert (edge.strength, edge.review, edge.sources, edge.evidence) == (
            "asserted",
            "accepted",
            ("tiny",),
            ("tiny/0-40",),
        )


def test_an_edge_has_strength_and_review_of_one_and_the_same_ground() -> None:
    stated = "graph:edges { kind:A irkg:causes kind:B . }"
    strong_but_unreviewed = claim(1, "A causes B", "asserted", "extracted")
    weak_but_accepted = claim(2, "A causes B", "ability", "accepted", source="s2")
    edge = found(dataset(stated, strong_but_unreviewed, weak_but_accepted))["A causes B"]
    assert (edge.strength, edge.review) == ("ability", "accepted")
    assert edge.sources == ("s1", "s2")
    assert edge.publications == ("doi:10.1/s1", "doi:10.1/s2")
    only = found(dataset(stated, strong_but_unreviewed, claim(2, "A causes B", "ability", "extracted")))["A causes B"]
    assert (only.strength, only.review) == ("asserted", "unreviewed")


def test_claims_that_make_no_edge_are_no_ground() -> None:
    parts = (
        claim(1, "A causes B", "ability", "extracted"),
        claim(2, "A causes B", "asserted", "rejected"),
        claim(3, "A causes B", "asserted", "accepted", more="negated"),
        claim(4, "A causes B", "asserted", "accepted", more="quarantined"),
        claim(5, "A causes B", "hedged", "accepted"),
    )
    edge = found(dataset("graph:edges { kind:A irkg:causes kind:B . }", *parts))["A causes B"]
    assert edge.claims == ("claim:0000000000000001",)
    assert (edge.strength, edge.review) == ("ability", "unreviewed")


def test_a_derivation_is_as_strong_as_its_weakest_claim_however_deep() -> None:
    derived = """
        graph:edges { kind:A irkg:causes kind:B . kind:B irkg:causes kind:C . }
        graph:entailed { kind:A irkg:causes kind:C . kind:C irkg:causedBy kind:A . kind:C irkg:precedes kind:A . }
        graph:derivations {
            d:1 a irkg:Derivation ; irkg:subject kind:A ; irkg:predicate irkg:causes ; irkg:object kind:C ;
                irkg:rule "transitive" ; irkg:premise claim:0000000000000001 , claim:0000000000000002 , d:2 .
            d:2 a irkg:Derivation ; irkg:subject kind:C ; irkg:predicate irkg:causedBy ; irkg:object kind:A ;
                irkg:rule "inverse" ; irkg:premise d:1 .
            d:3 a irkg:Derivation ; irkg:subject kind:C ; irkg:predicate irkg:precedes ; irkg:object kind:A ;
                irkg:rule "owl-dl" .
        }"""
    store = dataset(
        derived, claim(1, "A causes B", "asserted", "accepted"), claim(2, "B causes C", "ability", "extracted")
    )
    for name in ("A causes C", "C causedBy A"):
        edge = found(store)[name]
        assert (edge.support, edge.strength, edge.review) == ("entailed", "ability", "unreviewed")
        assert edge.claims == ("claim:0000000000000001", "claim:0000000000000002")
    by_ontology = found(store)["C precedes A"]
    assert (by_ontology.strength, by_ontology.review, by_ontology.claims, by_ontology.rules) == (
        "",
        "",
        (),
        ("owl-dl",),
    )


def test_a_candidate_is_never_an_edge(shipped: ox.Store) -> None:
    for store in (open_dataset(TINY), shipped):
        candidates = {
            tuple(
                q.object.value
                for p in (v.SUBJECT, v.PREDICATE, v.OBJECT)
                for q in store.quads_for_pattern(s.subject, ox.NamedNode(p), None)
            )
            for s in store.quads_for_pattern(None, ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.CANDIDATE))
        }
        drawn = {(v.exemplar(e.subject), e.predicate, v.exemplar(e.object)) for e in edges(store)}
        assert candidates
        assert not candidates & drawn


def test_the_shipped_edges_are_those_of_the_graphs(shipped: ox.Store) -> None:
    def between_kinds(graph: str) -> set[tuple[str, str, str]]:
        quads = shipped.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        rows = {(q.subject.value, q.predicate.value, q.object.value) for q in quads}
        return {r for r in rows if r[0].startswith(v.KIND) and r[2].startswith(v.KIND)}

    stated, entailed = between_kinds(v.GRAPH_EDGES), between_kinds(v.GRAPH_ENTAILED)
    drawn = {(v.exemplar(e.subject), e.predicate, v.exemplar(e.object)): e.support for e in edges(shipped)}
    assert drawn == {**dict.fromkeys(entailed, "entailed"), **dict.fromkeys(stated, "stated")}
    assert all(e.claims and e.sources and e.evidence and e.strength for e in edges(shipped) if e.support == "stated")


def test_networkx_reads_the_graphml(shipped: ox.Store) -> None:
    graph = networkx.parse_graphml(export(shipped, "graphml").decode(), edge_key_type=str, force_multigraph=True)
    assert graph.is_directed()
    assert dict(graph.nodes(data="label")) == {n.id: n.label for n in nodes(shipped)}
    assert {key: (s, t) for s, t, key in graph.edges(keys=True)} == {
        e.id: (v.contract(e.subject), v.contract(e.object)) for e in edges(shipped)
    }
    (recruits,) = (d for d in graph.get_edge_data("CL:0001064", "CL:0000815").values() if d["relation"] == "recruits")
    assert (recruits["support"], recruits["strength"], recruits["review"]) == ("stated", "asserted", "accepted")
    assert "eran-2023" in recruits["sources"].split("|")
    assert "eran-2023:1212-1412" in recruits["evidence"].split("|")
    assert "CL:0000000" in graph.nodes["CL:0000815"]["branch"].split("|")


def test_networkx_reads_the_cytoscape_json(shipped: ox.Store) -> None:
    data = json.loads(export(shipped, "cytoscape"))
    graph = networkx.cytoscape_graph(data)
    assert graph.is_directed()
    assert dict(graph.nodes(data="label")) == {n.id: n.label for n in nodes(shipped)}
    ends = {e["data"]["id"]: (e["data"]["source"], e["data"]["target"]) for e in data["elements"]["edges"]}
    assert ends == {e.id: (v.contract(e.subject), v.contract(e.object)) for e in edges(shipped)}
    assert {k for _, _, k in graph.edges(keys=True)} == set(ends)
    assert graph.get_edge_data(*ends[next(iter(ends))])[next(iter(ends))]["evidence"]


def test_awkward_labels_come_back_as_they_are() -> None:
    store = dataset()
    by_graphml = networkx.parse_graphml(export(store, "graphml").decode())
    by_json = networkx.cytoscape_graph(json.loads(export(store, "cytoscape")))
    (table, _) = tables(export(store, "kgx"))
    assert by_graphml.nodes["irkg:B"]["label"] == by_json.nodes["irkg:B"]["label"] == table[1]["name"] == "b & <b>"


@pytest.mark.parametrize(("name", "label"), [("graphml", "bell \\u0007"), ("kgx", "a|b")])
def test_what_a_format_cannot_hold_is_refused(name: str, label: str) -> None:
    more = f'graph:ontology {{ irkg:A rdfs:label "{label}" . irkg:A oboInOwl:hasExactSynonym "{label}" . }}'
    store = dataset(more)
    store.remove(
        ox.Quad(ox.NamedNode(v.IRKG + "A"), ox.NamedNode(v.LABEL), ox.Literal("a"), ox.NamedNode(v.GRAPH_ONTOLOGY))
    )
    with pytest.raises(GraphError, match=r"cannot hold|that XML cannot"):
        export(store, name)


def test_kgx_has_the_columns_that_biolink_asks_for(shipped: ox.Store) -> None:
    table, links = tables(export(shipped, "kgx"))
    assert len(table) == len({row["id"] for row in table}) == sum(1 for _ in nodes(shipped))
    ids = {row["id"] for row in table}
    assert len(links) == len({row["id"] for row in links})
    for row in links:
        assert {row["subject"], row["object"]} <= ids
        assert row["negated"] == "false"
        assert row["category"] == biolink.ASSOCIATION
        assert (
            row["knowledge_level"]
            == {"stated": "knowledge_assertion", "entailed": "logical_entailment"}[row["support"]]
        )
    (recruits,) = (
        r
        for r in links
        if (r["subject"], r["original_predicate"], r["object"]) == ("CL:0001064", "irkg:recruits", "CL:0000815")
    )
    assert recruits["predicate"] == "biolink:affects"
    assert recruits["agent_type"] in {"manual_agent", "manual_validation_of_automated_agent"}
    assert "doi:10.35841/aacir-6.4.164" in recruits["publications"].split("|")
    assert "eran-2023:1212-1412" in recruits["evidence"].split("|")
    assert (recruits["strength"], recruits["review"]) == ("asserted", "accepted")


def test_kgx_holds_each_edge_once_in_the_direction_of_biolink() -> None:
    parts = """
        graph:edges { kind:A irkg:causes kind:B . kind:B irkg:resembles kind:C . }
        graph:entailed { kind:B irkg:causedBy kind:A . }"""
    _, links = tables(export(dataset(parts, claim(1, "A causes B", "asserted", "extracted")), "kgx"))
    shown = [(r["subject"], r["predicate"], r["object"], r["original_predicate"], r["agent_type"]) for r in links]
    assert shown == [
        ("irkg:A", "biolink:causes", "irkg:B", "irkg:causes", "text_mining_agent"),
        ("irkg:B", "biolink:related_to", "irkg:C", "irkg:resembles", "text_mining_agent"),
    ]


@pytest.mark.parametrize(
    ("review", "more", "agent"),
    [
        ("extracted", "rule", "text_mining_agent"),
        ("accepted", "rule", "manual_validation_of_automated_agent"),
        ("accepted", "", "manual_agent"),
    ],
)
def test_kgx_tells_who_made_a_stated_edge(review: str, more: str, agent: str) -> None:
    store = dataset(
        "graph:edges { kind:A irkg:causes kind:B . }", claim(1, "A causes B", "asserted", review, more=more)
    )
    _, (row,) = tables(export(store, "kgx"))
    assert row["agent_type"] == agent


def test_a_kind_has_the_categories_of_the_nearest_classes() -> None:
    table, _ = tables(export(dataset(), "kgx"))
    assert {r["id"]: r["category"] for r in table} == {
        "irkg:A": "biolink:Drug", "irkg:B": "biolink:Disease", "irkg:C": "biolink:NamedThing",
    }  # fmt: skip
    assert table[2]["synonym"] == "cc|ccc"
    assert table[1]["branch"] == "irkg:Condition"


def test_every_relation_that_claims_use_has_a_biolink_predicate(shipped: ox.Store) -> None:
    named = {q.subject.value for q in shipped.quads_for_pattern(None, ox.NamedNode(v.RELATION_NAME), None)}
    assert named <= set(biolink.PREDICATES)


def test_every_class_and_relation_of_the_tables_is_in_the_ontology(shipped: ox.Store) -> None:
    for iri in (*biolink.CATEGORIES, *biolink.PREDICATES):
        assert list(shipped.quads_for_pattern(ox.NamedNode(iri), None, None, ox.NamedNode(v.GRAPH_ONTOLOGY))), iri


def test_every_biolink_name_is_in_the_model(shared: Path) -> None:
    with gzip.open(shared / "data" / "biolink_model.yaml.gz") as file:
        model = yaml.safe_load(file)

    def under(table: dict[str, dict[str, object]], top: str) -> set[str]:
        named = set()
        for name, entry in table.items():
            above: object = name
            while isinstance(above, str) and above != top:
                above = table[above].get("is_a")
            if above == top and not entry.get("deprecated") and not entry.get("abstract"):
                named.add(name)
        return named

    categories = {
        "biolink:" + "".join(w[0].upper() + w[1:] for w in n.split()) for n in under(model["classes"], "named thing")
    }
    predicates = {"biolink:" + n.replace(" ", "_") for n in under(model["slots"], "related to")}
    assert {*biolink.CATEGORIES.values(), biolink.ANY_CATEGORY} <= categories
    assert {*biolink.PREDICATES.values(), biolink.ANY_PREDICATE} <= predicates
    assert model["version"] == biolink.MODEL_VERSION
    assert "association" in model["classes"]
    levels, agents = (set(model["enums"][n]["permissible_values"]) for n in ("KnowledgeLevelEnum", "AgentTypeEnum"))
    assert {biolink.KNOWLEDGE_ASSERTION, biolink.LOGICAL_ENTAILMENT} <= levels
    assert {
        biolink.AUTOMATED_AGENT,
        biolink.TEXT_MINING_AGENT,
        biolink.VALIDATED_BY_HAND,
        biolink.MANUAL_AGENT,
    } <= agents
    slots = {n.replace(" ", "_") for n in model["slots"]}
    columns = {
        "id",
        "category",
        "name",
        "description",
        "synonym",
        "subject",
        "predicate",
        "object",
        "original_predicate",
    }
    assert columns | {"knowledge_level", "agent_type", "negated", "publications"} <= slots
