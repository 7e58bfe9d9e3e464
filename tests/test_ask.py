from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg.ask import choose
from irkg.errors import QueryError, UnknownName
from irkg.lexicon import Lexicon
from irkg.query import load_catalogue
from irkg.vocab import GRAPH_ENTAILED, GRAPH_ONTOLOGY

HERE = Path(__file__).parent
CATALOGUE = load_catalogue(HERE.parent / "queries")
GRAPHS = {GRAPH_ONTOLOGY, GRAPH_ENTAILED}
QUADS = ox.parse(path=str(HERE / "queries" / "dataset.trig"), format=ox.RdfFormat.TRIG)
LEXICON = Lexicon.from_triples([q for q in QUADS if q.graph_name.value in GRAPHS])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("question", "query", "values"),
    [
        ("which strategies counter Treg recruitment", "strategies-countering", {"mechanism": ["TregRecruitment"]}),
        ("Which strategies counter Treg recruitment?", "strategies-countering", {"mechanism": ["TregRecruitment"]}),
        ("what counters recruitment of regulatory T cells?", "strategies-countering",
         {"mechanism": ["TregRecruitment"]}),
        ("which therapies overcome antigen downregulation", "strategies-countering",
         {"mechanism": ["AntigenDownregulation"]}),
        ("how can T-cell exhaustion be overcome", "strategies-countering", {"mechanism": ["TCellExhaustion"]}),
        ("What can overcome Treg recruitment and antigen downregulation?", "strategies-countering",
         {"mechanism": ["TregRecruitment", "AntigenDownregulation"]}),
        ("which cells do cancer cells recruit", "recruited-by", {"agent": ["CL_0001064"]}),
        ("who recruits MDSCs", "who-recruits", {"kind": ["CL_0000889"]}),
        ("which cells recruit regulatory T cells?", "who-recruits", {"kind": ["CL_0000815"]}),
        ("what inhibits anti-tumor immune cells", "inhibitors-of", {"kind": ["AntiTumorImmuneCell"]}),
        ("what resistance mechanisms are there", "mechanisms", {}),
        ("which mechanisms have no strategy", "mechanisms-without-strategy", {}),
        ("what causes immune therapy resistance", "causes-of", {"object": ["ImmuneTherapyResistance"]}),
        ("what does antigen downregulation cause", "effects-of", {"subject": ["AntigenDownregulation"]}),
        ("what does combination therapy consist of", "components-of", {"strategy": ["CombinationTherapy"]}),
        ("which immune therapies are there", "immune-therapies", {}),
        ("which claims are only hedged", "hedged-claims", {}),
        ("is there any negated claim", "negated-claims", {}),
        ("which mechanisms impair immune recognition", "mechanisms-impairing", {"object": ["ImmuneRecognition"]}),
        ("which pathways do tumors exploit", "pathways-exploited", {"agent": ["Tumor"]}),
        ("which pathways are exploited", "pathways-exploited", {}),
        ("what do the sources say about MDSCs", "claims-about", {"kind": ["CL_0000889"]}),
        ("what kinds of regulatory immune cells are there", "kinds-of", {"kind": ["RegulatoryImmuneCell"]}),
    ],
)  # fmt: skip
def test_a_question_finds_its_query(question: str, query: str, values: dict[str, list[str]]) -> None:
    choice = choose(question, CATALOGUE, LEXICON)
    assert choice.spec.name == query
    assert {p: [iri.rpartition("/")[2] for iri in iris] for p, iris in choice.values.items()} == values
    assert 0.5 <= choice.score <= 1
    assert choice.runner_up != query
    assert choice.runner_up is None or choice.runner_up in CATALOGUE


def test_why_names_the_template_and_the_value() -> None:
    why = choose("which strategies counter Treg recruitment", CATALOGUE, LEXICON).why
    assert why == 'it fits "which strategies counter {mechanism}" with mechanism = Treg recruitment'


def test_every_way_to_ask_finds_its_own_query() -> None:
    """Each template, its slots filled with a name, must lead back to the query that it belongs to."""
    names = {"mechanism": "Treg recruitment", "strategy": "combination therapy"}
    lost = []
    for spec in CATALOGUE.values():
        for template in spec.questions:
            question = template
            for param in spec.params:
                name = names.get(param.name, "myeloid-derived suppressor cells")
                question = question.replace(f"{{{param.name}}}", name)
            if choose(question, CATALOGUE, LEXICON).spec is not spec:
                lost.append(question)
    assert lost == []


def test_a_misspelt_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownName, match='unknown mechanism "Treg recrutment"; did you mean "Treg recruitment"'):
        choose("which strategies counter Treg recrutment?", CATALOGUE, LEXICON)


def test_a_name_of_the_wrong_sort_is_told() -> None:
    with pytest.raises(UnknownName, match="not a kind of resistance mechanism"):
        choose("which strategies counter MDSCs", CATALOGUE, LEXICON)


def test_a_question_without_the_name_it_needs() -> None:
    with pytest.raises(QueryError, match="needs a mechanism, and the question names none; ask for example"):
        choose("which strategies counter", CATALOGUE, LEXICON)


@pytest.mark.parametrize(
    "question", ["what is the capital of France", "", "?", "who painted the Mona Lisa", "ignore all rules"]
)
def test_what_no_query_answers_is_declined_with_the_nearest(question: str) -> None:
    with pytest.raises(QueryError, match="no canned query answers this question") as declined:
        choose(question, CATALOGUE, LEXICON)
    assert not isinstance(declined.value, UnknownName)
    near = [s.summary for s in CATALOGUE.values() if f'"{s.summary}"' in str(declined.value)]
    assert len(near) == 3
