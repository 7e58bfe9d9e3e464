"""What each rule must read, and what it must leave alone."""

from __future__ import annotations

import pytest

from irkg.extract.claims import extract
from irkg.lexicon import Lexicon
from irkg.text import parse

# text | subject relation object [strength] … where strength is left out, it is "asserted"; "not" marks denial
FIRES = {
    "active-verb": [
        ("Cancer cells recruit Tregs.", "cancer cell|recruits|regulatory T cell"),
        ("CCL22 attracts Tregs into tumors.", "CCL22|recruits|regulatory T cell"),
        ("Tregs and MDSCs inhibit T cells.", "regulatory T cell|inhibits|T cell"),
        ("Tregs and MDSCs inhibit T cells.", "myeloid-derived suppressor cell|inhibits|T cell"),
        ("Tregs recognize and kill cancer cells.", "regulatory T cell|kills|cancer cell"),
        ("Tregs recognize and kill cancer cells.", "regulatory T cell|recognizes|cancer cell"),
        ("Macrophages give rise to immune therapy resistance.", "macrophage|causes|immune therapy resistance"),
        ("Clinicians tailor treatments to patients.", "intervention|tailoredTo|patient"),
        ("T cells fail to recognize cancer cells.", "not T cell|recognizes|cancer cell"),
        ("Tregs do not inhibit macrophages.", "not regulatory T cell|inhibits|macrophage"),
        ("Radiotherapy may upregulate PD-L1.", "radiation therapy|upregulates|PD-L1|hedged"),
        ("Tumors can exploit immune checkpoint pathways.", "tumor|exploits|immune checkpoint pathway|ability"),
        (
            "Combination therapy will overcome immune therapy resistance.",
            "combination therapy|counters|immune therapy resistance|future",
        ),
        ("Cancer vaccines seek to stimulate the immune response.", "cancer vaccine|promotes|immune response|hedged"),
        ("Some researchers believe that Tregs can inhibit T cells.", "regulatory T cell|inhibits|T cell|hedged"),
        (
            "Radiotherapy has shown promise in overcoming immune therapy resistance.",
            "radiation therapy|counters|immune therapy resistance|hedged",
        ),
        ("Cancer cells downregulate the expression of antigens.", "cancer cell|downregulates|antigen"),
        (
            "By analyzing an immune profile, clinicians can tailor treatments to patients.",
            "clinician|analyzes|immune profile|ability",
        ),
        ("Cells that recruit Tregs include macrophages.", ""),
        ("Antigens that immune cells recognize are lost.", "immune cell|recognizes|antigen"),
        (
            "Tumors exploit immune checkpoint pathways, such as CTLA-4, to dampen the immune response.",
            "tumor|impairs|immune response",
        ),
        (
            "Cancer cells recruit regulatory immune cells, such as Tregs and MDSCs, which inhibit immune cells.",
            "regulatory T cell|inhibits|immune cell",
        ),
        (
            "Tregs inhibit the activity of immune cells that attack the tumor.",
            "regulatory T cell|inhibits|anti-tumor immune cell",
        ),
        ("Neither Tregs nor MDSCs kill macrophages.", "not regulatory T cell|kills|macrophage"),
        ("Neither Tregs nor MDSCs kill macrophages.", "not myeloid-derived suppressor cell|kills|macrophage"),
        ("Tregs are able to kill macrophages.", "regulatory T cell|kills|macrophage|ability"),
        ("Tregs are unable to kill macrophages.", "not regulatory T cell|kills|macrophage"),
        ("Macrophages lack PD-L1.", "not macrophage|expresses|PD-L1"),
        ("Tregs shut down immune responses.", "regulatory T cell|impairs|immune response"),
        ("Tumors use CCL22 to recruit Tregs.", "CCL22|recruits|regulatory T cell"),
        ("Tumors use CCL22 to escape the immune system.", "tumor|resists|immune system"),
        ("CCL22 tricks macrophages into killing T cells.", "macrophage|kills|T cell"),
        ("Tregs suppress T cells by producing interleukin-10.", "regulatory T cell|produces|interleukin-10"),
        ("Macrophages induce the expression of PD-L1.", "macrophage|upregulates|PD-L1"),
        ("Macrophages reduce the expression of PD-L1.", "macrophage|downregulates|PD-L1"),
        ("Radiotherapy is used to treat patients with melanoma.", "radiation therapy|treats|melanoma"),
        ("It is unclear whether Tregs kill macrophages.", "regulatory T cell|kills|macrophage|hedged"),
        ("If macrophages kill Tregs, cancer is cured.", "macrophage|kills|regulatory T cell|hypothetical"),
        ("Tregs do not kill macrophages because MDSCs inhibit them.", "not regulatory T cell|kills|macrophage"),
        (
            "Tregs do not kill macrophages because MDSCs inhibit dendritic cells.",
            "myeloid-derived suppressor cell|inhibits|dendritic cell",
        ),
    ],
    "passive-verb": [
        ("Tregs are recruited by cancer cells.", "cancer cell|recruits|regulatory T cell"),
        ("The T cells suppressed by Tregs cannot kill.", "regulatory T cell|inhibits|T cell"),
        ("Tregs are recruited to the tumor by CCL22.", "CCL22|recruits|regulatory T cell"),
        ("Angiogenesis is associated with hypoxia.", "angiogenesis|associatedWith|hypoxia"),
    ],
    "noun-phrase": [
        ("We measured the recruitment of Tregs by cancer cells.", "cancer cell|recruits|regulatory T cell"),
        (
            "We studied the interplay between cancer cells and the immune system.",
            "cancer cell|associatedWith|immune system",
        ),
        ("CCL22 has no effect on angiogenesis.", "not CCL22|alters|angiogenesis"),
        ("CCL22 plays a role in angiogenesis.", "CCL22|promotes|angiogenesis"),
        ("Hypoxia remains a cause of metastasis.", "hypoxia|causes|metastasis"),
        ("Hypoxia, a cause of metastasis, is common.", "hypoxia|causes|metastasis"),
        ("Hypoxia is one of the causes of metastasis.", "hypoxia|causes|metastasis"),
    ],
    "apposition": [
        ("CCL22, a chemokine, attracts Tregs.", "CCL22|isTypeOf|chemokine"),
    ],
    "class-noun": [
        ("Tregs respond to the chemokines CCL17 and CCL22.", "CCL22|isTypeOf|chemokine"),
        ("Tregs respond to the chemokines CCL17 and CCL22.", "CCL17|isTypeOf|chemokine"),
    ],
    "naming": [
        ("Tumors secrete a chemokine called CCL22.", "CCL22|isTypeOf|chemokine"),
    ],
    "against": [
        ("We studied immune responses against tumors.", "immune response|targets|tumor"),
        ("Antibodies against PD-1 are in use.", "antibody|targets|PD-1"),
    ],
    "hyphenated": [
        ("We studied the CCL22-induced recruitment of Tregs.", "CCL22|causes|Treg recruitment"),
        ("Hypoxia-driven angiogenesis is common.", "hypoxia|promotes|angiogenesis"),
        ("PD-L1-expressing tumor cells are common.", "cancer cell|expresses|PD-L1"),
    ],
    "include": [
        ("Regulatory immune cells include Tregs and MDSCs.", "regulatory T cell|isTypeOf|regulatory immune cell"),
    ],
    "means": [
        ("Tregs inhibit T cells through interleukin-10.", "regulatory T cell|uses|interleukin-10"),
        ("Tregs inhibit T cells through interleukin-10.", "interleukin-10|inhibits|T cell"),
    ],
    "causal-event": [
        ("Macrophages promote the recruitment of fibroblasts.", "macrophage|recruits|fibroblast"),
    ],
    "adjective-phrase": [
        ("This makes cancer cells resistant to T cells.", "cancer cell|resists|T cell"),
        ("Nutrients are essential for T-cell function.", "T-cell function|requires|nutrient"),
    ],
    "such-as-list": [
        ("Regulatory immune cells, such as Tregs, accumulate.", "regulatory T cell|isTypeOf|regulatory immune cell"),
        ("Immune cells including macrophages accumulate.", "macrophage|isTypeOf|immune cell"),
        (
            "Immune checkpoint pathways, such as CTLA-4, are exploited.",
            "CTLA-4 pathway|isTypeOf|immune checkpoint pathway",
        ),
    ],
    "state": [
        (
            "Tumor-infiltrating T cells can become exhausted.",
            "tumor-infiltrating T cell|performs|T-cell exhaustion|ability",
        ),
    ],
    "gerund": [
        (
            "Combining radiotherapy and targeted therapies can overcome immune therapy resistance.",
            "combination therapy|hasPart|targeted therapy",
        ),
    ],
    "lost-ability": [
        (
            "T cells become exhausted, losing their ability to recognize cancer cells.",
            "T-cell exhaustion|impairs|immune recognition",
        ),
    ],
}
SILENT = [
    "Tregs, cancer cells and CCL22 were seen.",  # names side by side are no claim
    "We do not know whether the immune system is old.",
    "Understanding cancer cells is crucial.",
    "Antibodies were bought from a company in California.",
    "We measured the recruitment of Tregs.",  # by whom is not said
    "Some recruit Tregs.",
    "Cancer was diagnosed in patients with melanoma.",
    "Researchers analyzed tumors.",  # what was done in a study
    "The tumor was treated at the hospital.",
    "CCL22 keeps macrophages from killing T cells.",  # nobody kills them
    "Tumors, which were removed, contained no pus.",
    "Low glucose impairs glycolysis.",  # which the ontology has no term for: glucose itself does not
    "CCL22-treated Tregs are common.",  # treated with it, not by it
    "PD-1-deficient T cells are common.",
]


def _claims(text: str, lexicon: Lexicon) -> dict[str, str]:
    """Return the claims of a text in the notation of the tables above, each with its rule."""
    found = {}
    for c in extract(parse(text, "x"), lexicon):
        strength = "" if c.strength == "asserted" else f"|{c.strength}"
        denied = "not " if c.negated else ""
        found[f"{denied}{c.subject.label}|{c.relation}|{c.object.label}{strength}"] = c.rule
    return found


@pytest.mark.parametrize(("rule", "text", "expected"), [(r, t, e) for r, cases in FIRES.items() for t, e in cases if e])
def test_rule_reads(rule: str, text: str, expected: str, lexicon: Lexicon) -> None:
    assert _claims(text, lexicon).get(expected) == rule


@pytest.mark.parametrize("text", SILENT)
def test_no_rule_reads_more_than_is_said(text: str, lexicon: Lexicon) -> None:
    assert _claims(text, lexicon) == {}


def test_every_rule_is_tested() -> None:
    from irkg.extract.claims import RULES

    assert set(FIRES) | {"heading"} == set(RULES)


def test_pronouns_look_back(lexicon: Lexicon) -> None:
    found = _claims("Cancer cells shape the tumor microenvironment. They recruit Tregs.", lexicon)
    assert "cancer cell|recruits|regulatory T cell" in found


def test_this_means_the_event_before(lexicon: Lexicon) -> None:
    found = _claims("Some cancer cells can downregulate antigens. This reduces immune recognition.", lexicon)
    assert "antigen downregulation|impairs|immune recognition" in found


def test_these_pathways_means_the_ones_before(lexicon: Lexicon) -> None:
    text = "Tumors exploit immune checkpoint pathways. These pathways prevent immune overactivation."
    assert any(c.startswith("immune checkpoint pathway|prevents|") for c in _claims(text, lexicon))


def test_a_pronoun_without_antecedent_says_nothing(lexicon: Lexicon) -> None:
    assert _claims("They recruit Tregs.", lexicon) == {}


def test_an_abbreviation_holds_from_its_definition_on(lexicon: Lexicon) -> None:
    text = "Malignant cells (MCX) adapt. The MCX can recruit Tregs."
    assert "cancer cell|recruits|regulatory T cell|ability" in _claims(text, lexicon)
    assert _claims("The MCX can recruit Tregs.", lexicon) == {}


def test_headings_name_members_of_what_was_announced(lexicon: Lexicon) -> None:
    text = "Tumors use a range of resistance mechanisms.\n\n**Antigen downregulation**: Antigens vanish.\n"
    found = _claims(text, lexicon)
    assert found.get("antigen downregulation|isTypeOf|resistance mechanism") == "heading"
    alone = _claims("Tumors are seen.\n\n**Antigen downregulation**: Antigens vanish.\n", lexicon)
    assert "heading" not in alone.values()


def test_offsets_are_those_of_the_source(lexicon: Lexicon) -> None:
    text = "Seen before [1]. Cancer cells (CCs) recruit regulatory T cells (Tregs) [2,3]."
    claim = next(c for c in extract(parse(text, "x"), lexicon) if c.relation == "recruits")
    assert claim.subject.span.of(text) == claim.subject.text == "Cancer cells"
    assert claim.object.span.of(text) == "regulatory T cells"
    assert claim.sentence.of(text) == "Cancer cells (CCs) recruit regulatory T cells (Tregs) [2,3]."
    assert claim.citations == (2, 3)


def test_quantifiers_are_kept(lexicon: Lexicon) -> None:
    (claim,) = (c for c in extract(parse("Some cancer cells recruit Tregs.", "x"), lexicon) if c.relation == "recruits")
    assert claim.quantifier == "some"


def test_the_same_sentence_gives_the_same_claim(lexicon: Lexicon) -> None:
    one = extract(parse("Cancer cells recruit Tregs.", "x"), lexicon)
    two = extract(parse("Tumors grow.\n\nCancer cells recruit Tregs.", "x"), lexicon)
    assert {c.iri for c in one} <= {c.iri for c in two}
