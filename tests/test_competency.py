"""The fifty competency questions, asked of the article alone, against answers that a person gave by hand."""

from __future__ import annotations

from functools import cache

import pytest

from irkg.kg import Filter, KnowledgeGraph
from irkg.model import Answer, Strength

ARTICLE = "eran-2023"
CHECKPOINT = "immune checkpoint pathway"
REGULATORY = {"regulatory immune cell", "regulatory T cell", "myeloid-derived suppressor cell"}
MECHANISMS = {
    "tumor microenvironment manipulation", "antigen downregulation", "immune checkpoint upregulation",
    "metabolic reprogramming", "T-cell dysfunction",
}  # fmt: skip
GENERAL = {"combination therapy", "novel immunotherapy"}


@cache
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


def asked(name: str, params: dict[str, str], least: Strength | None = Strength.HYPOTHETICAL) -> Answer:
    return graph().query(name, Filter(sources=(ARTICLE,), min_strength=least), **params)


# Number, query, parameters, column, what it must hold; nothing else may stand there where "only" is given.
STATED = [
    (1, "mechanisms", {}, "subject", MECHANISMS, "only"),
    (2, "mechanisms-impairing", {"object": "immune recognition"}, "subject", {"antigen downregulation"}, ""),
    (3, "mechanisms-by-heading", {"object": "immunosuppressive environment"}, "reason",
     {"under the heading Tumor microenvironment manipulation", "under the heading Metabolic reprogramming"}, "only"),
    (4, "mechanisms-impairing", {"object": "immune recognition"}, "subject",
     {"antigen downregulation", "T-cell exhaustion"}, "only"),
    (5, "mechanisms-by-heading", {"object": "immune response"}, "reason",
     {"under the heading Immune checkpoint upregulation", "under the heading Metabolic reprogramming"}, ""),
    (6, "mechanisms-by-participant", {"kind": "T cell"}, "mechanism", {"T-cell dysfunction", "Treg recruitment"}, ""),
    (7, "causes-of", {"object": "immune therapy resistance"}, "subject", {"cancer cell", "resistance mechanism"}, ""),
    (8, "classification-of", {"kind": "T-cell exhaustion", "ancestor": "T-cell dysfunction"}, "ancestor",
     {"T-cell dysfunction"}, "only"),
    (10, "inhibitors-of", {"kind": "anti-tumor immune cells"}, "subject", REGULATORY, ""),
    (11, "recruited-by", {"agent": "cancer cells"}, "object", REGULATORY, "only"),
    (12, "kinds-of", {"kind": "regulatory immune cell"}, "subject", REGULATORY - {"regulatory immune cell"}, "only"),
    (13, "performers-of", {"process": "T-cell exhaustion"}, "subject", {"tumor-infiltrating T cell"}, "only"),
    (14, "causal-chains", {"effect": "anti-tumor immune cell"}, "through", REGULATORY, "only"),
    (15, "mentioned-kinds", {"kind": "cell"}, "mentioned",
     REGULATORY | {"cancer cell", "immune cell", "anti-tumor immune cell", "tumor-infiltrating T cell",
                   "abnormal cell"}, "only"),
    (17, "kinds-of", {"kind": CHECKPOINT}, "subject", {"PD-1/PD-L1 pathway", "CTLA-4 pathway"}, "only"),
    (18, "effects-of", {"subject": CHECKPOINT}, "object", {"overactivation of the immune system"}, "only"),
    (19, "exploiters-of", {"kind": CHECKPOINT}, "subject", {"tumor", "cancer cell"}, "only"),
    (20, "depleters-of", {"kind": "nutrient"}, "object", {"nutrient"}, "only"),
    (21, "regulators-of", {"kind": "antigen"}, "object", {"antigen"}, "only"),
    (23, "immune-therapies", {}, "subject",
     {"immune checkpoint inhibitor", "adoptive T-cell therapy", "cancer vaccine"}, "only"),
    (24, "components-of", {"strategy": "combination therapy"}, "object",
     {"immune checkpoint inhibitor", "targeted therapy", "other treatment modality", "immune therapy"}, ""),
    (25, "strategies-countering", {"mechanism": "immune therapy resistance"}, "subject", GENERAL, ""),
    (29, "analyses", {"agent": "clinician"}, "object",
     {"genetic makeup", "tumor characteristics", "immune profile"}, "only"),
    (30, "enabled-by", {"subject": "precision medicine"}, "subject", {"precision medicine"}, "only"),
    (32, "shared-components", {}, "component", {"immune checkpoint inhibitor"}, "only"),
    (33, "pathways-exploited", {"agent": "immune therapy"}, "object", {"immune system"}, ""),
    (34, "mechanisms-without-strategy", {}, "mechanism", MECHANISMS | {"Treg recruitment"}, ""),
    (35, "strategies-without-target", {}, "strategy", GENERAL, ""),
    (36, "claims-by-relation", {}, "relation", {"isTypeOf", "hasPart", "exploits", "causes"}, ""),
    (36, "claims-by-section", {}, "section", {"Precision medicine", "Introduction"}, ""),
    (36, "claims-by-strength", {}, "strength", {"asserted", "ability", "hedged"}, ""),
    (37, "mentioned-once", {}, "kind", {"adoptive T-cell therapy", "cancer vaccine", "immune profile"}, ""),
    (38, "deprivations", {}, "dependent", {"T-cell function"}, "only"),
    (39, "sections-without-citation", {}, "section",
     {"Tumor microenvironment manipulation", "Immune checkpoint upregulation", "T-cell dysfunction",
      "Precision medicine", "Conclusion"}, "only"),
    (40, "hedged-claims", {}, "subject", {"nutrient depletion", "precision medicine", "novel immunotherapy"}, ""),
    (44, "claims-by-reference", {"number": "4"}, "subject",
     {"cancer cell", "nutrient depletion", "T-cell function"}, "only"),
    (45, "claims-with-citation", {}, "subject", {"antigen downregulation", "resistance mechanism"}, ""),
    (46, "claims-without-citation", {}, "subject", {"tumor", "clinician"}, ""),
    (47, "claims-between", {"subject": "MDSC", "object": "anti-tumor immune cell"}, "evidence",
     {"eran-2023:1212-1412"}, "only"),
    (48, "sources", {}, "identifier", {"doi:10.35841/aacir-6.4.164"}, "only"),
    (49, "weakly-supported", {}, "subject", {"nutrient depletion", "novel immunotherapy"}, ""),
]  # fmt: skip

NOT_STATED = [
    (9, "regulators-of", {"kind": "PD-L1"}),
    (16, "classification-of", {"kind": "MDSC", "ancestor": "T cell"}),
    (22, "inhibitors-of", {"kind": "PD-1"}),
    (22, "what-targets", {"target": "PD-1"}),
    (26, "strategies-countering", {"mechanism": "Treg recruitment"}),
    (27, "strategies-countering", {"mechanism": "antigen downregulation"}),
    (28, "strategies-countering", {"mechanism": "exploitation of immune checkpoint pathways"}),
    (42, "asserted-strategies", {}),
]
# What the sentences say and the claims that ship do not hold yet: that strategies require an understanding of the
# mechanisms (31), and the one denial, inside a hope (41).
NOT_READ = [(31, "requirements-of", {"subject": "strategy"}), (41, "negated-claims", {})]


@pytest.mark.parametrize(("number", "name", "params", "column", "expected", "only"), STATED)
def test_what_the_article_states(
    number: int, name: str, params: dict[str, str], column: str, expected: set[str], only: str
) -> None:
    answer = asked(name, params)
    found = set(answer.column(column))
    assert expected <= found
    assert not only or found == expected
    if "source" in answer.columns:
        assert set(answer.column("source")) == {ARTICLE}


@pytest.mark.parametrize(("number", "name", "params"), NOT_STATED + NOT_READ)
def test_what_the_article_does_not_state(number: int, name: str, params: dict[str, str]) -> None:
    answer = asked(name, params)
    assert answer.notes[0].startswith("The source eran-2023 does not state")
    assert not answer.rows or set(answer.column("support")) == {"candidate"}


@pytest.mark.parametrize("mechanism", ["Treg recruitment", "antigen downregulation"])
def test_a_general_strategy_is_a_candidate_and_no_more(mechanism: str) -> None:
    answer = asked("strategies-countering", {"mechanism": mechanism})
    assert set(answer.column("subject")) >= GENERAL


def test_the_article_does_not_contradict_itself() -> None:
    assert asked("contradictions", {}).rows == ()  # question 43


def test_background_knowledge_changes_an_answer() -> None:
    """Question 50: what the article leaves open, the literature beside it may state."""
    answer = graph().query("strategies-countering", mechanism="Treg recruitment")
    stated = [row for row in answer.rows if row[answer.columns.index("support")] == "stated"]
    assert stated
    assert all(row[answer.columns.index("source")] != ARTICLE for row in stated)


def test_all_fifty_questions_are_asked() -> None:
    numbers = {case[0] for case in (*STATED, *NOT_STATED, *NOT_READ)}
    assert numbers | {43, 50} == set(range(1, 51))
