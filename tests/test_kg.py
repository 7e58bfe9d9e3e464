"""The public face in Python."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from irkg import KnowledgeGraph
from irkg import vocab as v
from irkg.absence import mentioned
from irkg.engines import EmbeddedEngine
from irkg.errors import GraphError, QueryError, UnknownName
from irkg.kg import Filter
from irkg.model import Support
from irkg.names import names_in


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return KnowledgeGraph.open()


def test_what_follows_is_told_from_what_is_stated(kg: KnowledgeGraph) -> None:
    answer = kg.query("inhibitors-of", kind="anti-tumor immune cell")
    rows = set(zip(answer.column("subject"), answer.column("relation"), answer.column("support"), strict=True))
    assert ("regulatory T cell", "inhibits", "stated") in rows
    assert ("cancer cell", "indirectlyInhibits", "entailed") in rows
    assert ("cancer cell", "inhibits", "entailed") not in rows


def test_a_gap_is_asked_of_the_wanted_sources_alone(kg: KnowledgeGraph) -> None:
    everywhere = kg.query("mechanisms-without-strategy")
    here = kg.query("mechanisms-without-strategy", Filter(sources=("eran-2023",)))
    countered = set(here.column("mechanism")) - set(everywhere.column("mechanism"))
    assert {"Treg recruitment", "MDSC recruitment", "T-cell exclusion", "antigen loss"} <= countered
    assert set(everywhere.column("mechanism")) <= set(here.column("mechanism"))
    assert {"antigen downregulation", "T-cell dysfunction"} <= set(everywhere.column("mechanism"))


def test_support_can_be_chosen(kg: KnowledgeGraph) -> None:
    stated = Filter(supports=(Support.STATED,))
    answer = kg.query("strategies-countering", stated, mechanism="antigen downregulation")
    assert answer.rows == ()
    assert answer.notes[0] == "No source states a strategy that counters antigen downregulation."
    assert set(kg.query("strategies-countering", stated, mechanism="Treg recruitment").column("support")) == {"stated"}


def test_mistakes(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="unknown query"):
        kg.query("strategy")
    with pytest.raises(UnknownName, match='unknown parameter "mechanisms"; did you mean "mechanism"'):
        kg.query("strategies-countering", mechanisms="Treg recruitment")
    with pytest.raises(QueryError, match="needs --mechanism"):
        kg.query("strategies-countering")


def test_several_values_of_one_parameter(kg: KnowledgeGraph) -> None:
    article = Filter(sources=("eran-2023",))
    both = kg.query("strategies-countering", article, mechanism=["Treg recruitment", "antigen downregulation"])
    assert set(both.column("object")) == {"Treg recruitment", "antigen downregulation"}
    assert both.notes[0].endswith("counters Treg recruitment or antigen downregulation.")


def test_a_world_of_python_objects(kg: KnowledgeGraph) -> None:
    world = kg.world()
    cell = world[v.exemplar(v.OBO + "CL_0001064")]
    assert {k.name for k in cell.recruits} == {"CL_0000815", "CL_0000889", "RegulatoryImmuneCell"}
    assert world[v.IRKG + "CombinationTherapy"] in world.classes()
    assert not world.search(type=world[v.CANDIDATE])


def test_owlready2_and_hermit_find_the_world_consistent(kg: KnowledgeGraph) -> None:
    import owlready2

    from irkg.reason import java

    owlready2.JAVA_EXE = owlready2.reasoning.JAVA_EXE = java()
    world = kg.world()
    owlready2.sync_reasoner_hermit(world, debug=0)
    assert list(world.inconsistent_classes()) == []


def test_what_needs_the_store_is_refused_at_an_endpoint() -> None:
    remote = KnowledgeGraph.at_endpoint("http://127.0.0.1:9/sparql")
    with pytest.raises(GraphError, match="embedded knowledge graph only"):
        remote.export("turtle")
    with pytest.raises(QueryError):
        remote.query("mechanisms")


def test_names_alone_mean_what_they_mean_in_the_whole_lexicon(kg: KnowledgeGraph) -> None:
    names = names_in(kg.store, [v.IRKG + "ResistanceMechanism"])
    assert {k: (kind.exact, kind.related) for k, kind in names.kinds.items()} == {
        k: (kind.exact, kind.related) for k, kind in kg.lexicon.kinds.items()
    }
    for iri in names.kinds:
        assert names.is_a(iri, v.IRKG + "ResistanceMechanism") is kg.lexicon.is_a(iri, v.IRKG + "ResistanceMechanism")


def test_an_answer_without_rows_says_what_the_claims_do_say(kg: KnowledgeGraph) -> None:
    assert "No claim mentions surgery itself." in kg.query("depleters-of", kind="surgery").notes
    other = kg.query("recruited-by", agent="mogamulizumab")
    assert "Claims mention mogamulizumab itself, none of this kind; the nearest: uses (1)." in other.notes
    found = kg.query("strategies-countering", mechanism="Treg recruitment").notes
    assert not [n for n in found if "itself" in n]


def test_an_answer_without_rows_tells_of_kinds_below_and_of_other_sources(kg: KnowledgeGraph) -> None:
    (told,) = mentioned(kg.engine, {v.IRKG + "DomainEntity": "anything"})
    assert re.fullmatch(r"No claim mentions anything itself; its kinds: [^(]+ \(\d+\), [^(]+ \(\d+\), .*\.", told)
    notes = kg.query("who-recruits", Filter(sources=("sun-w-2016",)), kind="MDSC").notes
    assert "No claim of sun-w-2016 mentions myeloid-derived suppressor cell itself." in notes
    assert "1 row rests on other sources (eran-2023); leave out --source to see it." in notes
    nowhere = kg.query("depleters-of", Filter(sources=("sun-w-2016",)), kind="surgery").notes
    assert not [n for n in nowhere if "other sources" in n]


def test_a_graph_without_claims_says_so_and_nothing_of_names() -> None:
    assert mentioned(EmbeddedEngine(ox.Store()), {v.IRKG + "X": "the X"}) == ["The graph holds no claim at all."]


@pytest.mark.parametrize(
    ("negated", "strength", "said", "shown"),
    [
        ("true", "asserted", "Only denied claims", "kills, denied (1)"),
        ("false", "hedged", "Only hedged or", "kills (1)"),
    ],
)
def test_an_answer_without_rows_tells_denied_and_hedged_claims(
    negated: str, strength: str, said: str, shown: str
) -> None:
    claim = f"""PREFIX irkg: <https://w3id.org/irkg/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      INSERT DATA {{ GRAPH <https://w3id.org/irkg/graph/ontology> {{
        irkg:c a irkg:Claim ; irkg:subject <https://w3id.org/irkg/kind/X> ; irkg:predicate irkg:kills ;
          irkg:negated {negated} ; irkg:strength irkg:{strength} ; irkg:reviewStatus irkg:accepted .
        irkg:{strength} rdfs:label "{strength}" }} }}"""
    store = ox.Store()
    store.update(claim)
    told = mentioned(EmbeddedEngine(store), {"https://w3id.org/irkg/X": "the X"})
    assert len(told) == 1
    assert told[0].startswith(said)
    assert told[0].endswith(f"mention the X itself: {shown}.")
