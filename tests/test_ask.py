from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from bench.ask import DECLINED, HALVES, QUESTIONS, Asked, answered, wanted

from irkg import KnowledgeGraph
from irkg.ask import Asking, choose
from irkg.errors import IrkgError, QueryError, UnknownName
from irkg.lexicon import Lexicon, shipped_lexicon
from irkg.query import load_catalogue
from irkg.slots import Slots
from irkg.tables import read_table
from irkg.vocab import GRAPH_ENTAILED, GRAPH_ONTOLOGY

HERE = Path(__file__).parent
CATALOGUE = load_catalogue(HERE.parent / "queries")
# The share of questions understood, and of those answered by mistake. Those set aside were written by somebody who had
# seen neither the ways to ask nor the other questions, and were asked once, when rules and weights stood. From the
# others the weights were learned: what they are worth, `python -m bench.learn` says of questions out of fold.
SCORES = {"development": (0.92, 0.06), "set aside": (0.93, 0.03)}
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
    """Each template, its slots filled with a name, must lead back to the query that it belongs to, and to no other."""
    names = {
        "mechanism": "Treg recruitment", "strategy": "combination therapy", "first": "eran-2023",
        "second": "sun-w-2016", "number": "4", "section": '"Precision medicine"', "relation": "recruits",
        "subject": "regulatory T cells", "ancestor": "immune cell", "object": "T-cell exhaustion",
    }  # fmt: skip
    asking = Asking(CATALOGUE, LEXICON, ["eran-2023", "sun-w-2016"])
    lost = []
    for spec in CATALOGUE.values():
        for template in spec.questions:
            question = template
            for param in spec.params:
                name = names.get(param.name, "myeloid-derived suppressor cells")
                question = question.replace(f"{{{param.name}}}", name)
            best, second, *_ = asking.question(question)[0].best()
            if best.template.spec is not spec or best.score < 0.7 or best.score - second.score < 0.005:
                lost.append((spec.name, question, best.template.spec.name, best.template.text, second.template.text))
    assert lost == []


def test_a_misspelt_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownName, match='unknown mechanism "Treg recrutment"; did you mean "Treg recruitment"'):
        choose("which strategies counter Treg recrutment?", CATALOGUE, LEXICON)


def test_a_slip_in_a_name_is_not_answered_with_a_part_of_it() -> None:
    with pytest.raises(UnknownName, match='unknown object "T cell exhuastion"; did you mean "T-cell exhaustion"'):
        shipped().chosen("What causes T cell exhuastion?")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which strategies counter adenosine build-up?", "adenosine accumulation"),
        ("What does TGFb inhibit?", "TGF-beta"),
        ("Which cells become exhausted?", "T-cell exhaustion"),
    ],
)
def test_names_as_people_write_them(question: str, value: str) -> None:
    kg = shipped()
    ((_, found),) = kg.chosen(question)[0].values.items()
    assert [kg.lexicon.label(iri) for iri in found] == [value]


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


@cache
def shipped() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.mark.parametrize(
    ("question", "query", "values"),
    [
        # who does what to whom
        ("Whom do Tregs inhibit?", "effects-of", {"subject": {"CL_0000815"}}),
        ("What are Tregs inhibited by?", "inhibitors-of", {"kind": {"CL_0000815"}}),
        ("Is CXCR2 bound by CXCL8?", "claims-between", {"subject": {"PR_000001395"}, "object": {"CXCR2"}}),
        ("Which chemokines attract monocytes?", "who-recruits", {"kind": {"CL_0000576"}}),
        ("Which strategies include chemotherapy?", "strategies-with-component", {"component": {"MAXO_0000647"}}),
        ("Which therapies does chemotherapy include?", "components-of", {"strategy": {"MAXO_0000647"}}),
        # turns of phrase, several sentences, what stands in front, who asks and where
        ("What gets rid of Tregs?", "depleters-of", {"kind": {"CL_0000815"}}),
        ("I work on lung cancer. What causes T-cell anergy?", "causes-of", {"object": {"TCellAnergy"}}),
        ("Angiogenesis - what drives it?", "causes-of", {"object": {"GO_0001525"}}),
        ("How can clinicians overcome hypoxia in tumors?", "strategies-countering", {"mechanism": {"Hypoxia"}}),
        # sources, numbers, headings and relations as people write them
        ("Do Hou et al. (2020) and Sun 2016 disagree?", "conflicts-between",
         {"first": {"hou-2020"}, "second": {"sun-w-2016"}}),
        ("Which claims cite the fourth reference?", "claims-by-reference", {"number": {"4"}}),
        ("What does the introduction say?", "claims-in-section", {"section": {"Introduction"}}),
        ("all 'upregulates' claims", "claims-with-relation", {"relation": {"upregulates"}}),
        ("Would you pull out all claims of the form X treats Y?", "claims-with-relation", {"relation": {"treats"}}),
        ("Which claims say that one thing binds another?", "claims-with-relation", {"relation": {"binds"}}),
        ("all claims with hasPart", "claims-with-relation", {"relation": {"BFO_0000051"}}),
    ],
)  # fmt: skip
def test_ways_of_asking(question: str, query: str, values: dict[str, set[str]]) -> None:
    choice, _ = shipped().chosen(question)
    assert choice.spec.name == query
    assert {p: {value.rpartition("/")[2] for value in found} for p, found in choice.values.items()} == values


def test_a_mistyped_word_is_read_as_the_known_one_and_the_answer_says_so() -> None:
    choice, _ = shipped().chosen("Which cels recriut MDSCs?")
    assert choice.spec.name == "who-recruits"
    assert choice.why.endswith('"cels" read as "cells", "recriut" read as "recruit"')


def test_where_no_other_query_comes_near_strange_words_do_not_keep_from_answering() -> None:
    choice, _ = shipped().chosen("mechanisms whose logical definition verbosely mentions regulatory T cells")
    assert choice.spec.name == "mechanisms-by-participant"


@pytest.mark.parametrize(("swapped", "right"), [("agreements-between", True), ("new-in", False)])
def test_values_of_a_symmetric_query_can_change_places(swapped: str, right: bool) -> None:
    there, back = {"first": {"a"}, "second": {"b"}}, {"first": {"b"}, "second": {"a"}}
    assert Asked("", "development", swapped, there, swapped, back).right is right
    assert not Asked("", "development", swapped, there, swapped, {"first": {"a"}, "second": {"c"}}).right


@pytest.mark.parametrize(
    "question",
    [
        "What is the best dose of pembrolizumab?",  # "dose" is not "does"
        "Which strategies help to overcome procrastination?",
        "How long does T-cell exhaustion last?",
        "Who pays for CAR-T cell therapy?",
    ],
)
def test_what_is_near_the_field_and_not_in_it_is_declined(question: str) -> None:
    with pytest.raises(IrkgError):
        shipped().chosen(question)


@pytest.mark.parametrize("name", SCORES)
def test_questions_are_understood(name: str) -> None:
    """The scores that `python -m bench.ask` prints, with a margin; of those learned from, every tenth is asked."""
    half = [want for want in wanted(shipped()) if want.half == name]
    some = [
        answered(want, lambda question: shipped().chosen(question)[0])
        for want in half[:: 10 if name == "development" else 1]
    ]
    right, mistaken = SCORES[name]
    assert sum(a.right for a in some) / len(some) >= right
    assert sum(a.mistaken for a in some) / len(some) <= mistaken


def test_the_questions_are_spread_over_all_queries() -> None:
    rows = list(read_table(QUESTIONS, ("question", "query", "values", "half")))
    assert set(SCORES) == {row["half"] for row in rows} <= set(HALVES)
    assert len({row["question"] for row in rows}) == len(rows) >= 500
    queries = Counter(row["query"] for row in rows)
    assert queries.pop(DECLINED) / len(rows) >= 0.1
    assert set(queries) == {n for n in CATALOGUE if not n.startswith(("check-", "construct-"))}
    assert min(queries.values()) >= 4


def test_ways_to_ask_are_not_the_questions_set_aside() -> None:
    """What is measured must not be written into the queries; a short question may be met by chance."""

    def plain(text: str) -> str:
        return " ".join(re.findall(r"[\w/+{}\-]+", text.casefold()))

    aside = [r for r in read_table(QUESTIONS, ("question",)) if r["half"] == "set aside"]
    ways = {
        (spec.name, re.sub(r"\\\{\w+\\\}", ".+", re.escape(plain(way))))
        for spec in CATALOGUE.values()
        for way in spec.questions
    }
    met = [r for r in aside if any(n == r["query"] and re.fullmatch(w, plain(r["question"])) for n, w in ways)]
    assert len(met) / len(aside) <= 0.15


@pytest.mark.parametrize(
    ("question", "query", "values"),
    [
        ("Where do eran-2023 and sun-w-2016 say the same?", "agreements-between",
         {"first": ["eran-2023"], "second": ["sun-w-2016"]}),
        ("which claims cite reference 2", "claims-by-reference", {"number": ["2"]}),
        ('which claims stand in the section "Future directions"', "claims-in-section",
         {"section": ["Future directions"]}),
        ("which claims have the relation impairs", "claims-with-relation", {"relation": ["impairs"]}),
    ],
)  # fmt: skip
def test_sources_numbers_texts_and_relations_are_values(
    question: str, query: str, values: dict[str, list[str]]
) -> None:
    choice = choose(question, CATALOGUE, LEXICON, ["eran-2023", "sun-w-2016"])
    assert choice.spec.name == query
    assert {p: [value.rpartition("/")[2] for value in found] for p, found in choice.values.items()} == values


def test_the_answer_to_a_question_is_that_of_the_query() -> None:
    kg = KnowledgeGraph.open()
    choice, answer = kg.ask("Which claims have the relation impairs?")
    assert answer == kg.query("claims-with-relation", relation="impairs")
    assert answer.rows
    assert (
        kg.bound(choice.spec.name, {"relation": ["impairs"]})[2]
        == kg.chosen("Which claims have the relation impairs?")[1]
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("the fifth item of the reference list", ["5"]),
        ("where is the verb counters used", ["counters"]),
        ("something upregulating something", ["upregulates"]),
        ("who-recruits-whom statements", ["recruits"]),
        ("statements of the form A is associated with B", ["associatedWith"]),
        ("X marks Y", []),
        ("A cell kills B cells", []),
    ],
)
def test_numbers_and_relations_as_people_write_them(text: str, meant: list[str]) -> None:
    found = Slots((), (), shipped_lexicon().relations.values()).find(text)
    assert [n.meant[0].rpartition("/")[2] for n in found] == meant
