"""Claims about what the ontology has no term for: all of them must be read and no more, in any field of biomedicine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irkg import vocab as v
from irkg.extract.claims import extract
from irkg.extract.minting import slug
from irkg.extract.unknown import as_tsv, phrases_of, unknown_phrases
from irkg.fill import fill, filled_quads
from irkg.lexicon import Lexicon
from irkg.text import parse

# A sentence, and all that it claims: subject relation object [strength]; "not" marks denial
READS = {
    # endocrinology and metabolism
    "Insulin stimulates glucose uptake in muscle.": "insulin|promotes|glucose uptake",
    "Metformin lowers hepatic glucose production by inhibiting gluconeogenesis.": (
        "metformin|impairs|hepatic glucose production; metformin|impairs|gluconeogenesis"
    ),
    "Cortisol is secreted by the adrenal gland.": "adrenal gland|produces|cortisol",
    "Vitamin D deficiency leads to rickets.": "vitamin D deficiency|causes|rickets",
    "Ghrelin acts as a stimulator of appetite.": "ghrelin|promotes|appetite",
    "The absence of insulin causes hyperglycemia.": "absence of insulin|causes|hyperglycemia",
    "Growth hormone deficiency impairs growth.": "growth hormone deficiency|impairs|growth",
    "Adipocytes release leptin and resistin, both of which alter insulin secretion.": (
        "adipocytes|produces|leptin; adipocytes|produces|resistin; leptin|alters|insulin secretion; "
        "resistin|alters|insulin secretion"
    ),
    "Ligands of GLP1R, such as GCG3, increase insulin secretion.": (
        "GCG3|isTypeOf|ligands of GLP1R; ligands of GLP1R|promotes|insulin secretion; GCG3|promotes|insulin secretion"
    ),
    "Enzymes that degrade glycogen, such as PYGL, raise blood pressure.": (
        "enzymes|depletes|glycogen; PYGL|isTypeOf|enzymes; "
        "enzymes|promotes|blood pressure; PYGL|promotes|blood pressure"
    ),
    "A major cause of blindness is diabetes.": "diabetes|causes|blindness",
    "Inhibiting DPP4 lowers blood pressure.": "inhibiting DPP4|impairs|blood pressure",
    "Deletion of the receptor LEPR causes obesity.": (
        "deletion of the receptor LEPR|causes|obesity; LEPR|isTypeOf|receptor"
    ),
    "Leptin deficiency leads to poor wound healing.": "leptin deficiency|causes|poor wound healing",
    # heart, vessels and blood
    "Aspirin irreversibly inactivates cyclooxygenase and thereby prevents platelet aggregation.": (
        "aspirin|inhibits|cyclooxygenase; aspirin|prevents|platelet aggregation"
    ),
    "Statins, a class of lipid-lowering drugs, inhibit HMG-CoA reductase.": (
        "statins|isTypeOf|lipid-lowering drugs; statins|inhibits|HMG-CoA reductase"
    ),
    "Beta blockers are used to treat hypertension.": "beta blockers|treats|hypertension",
    "Hemoglobin consists of heme and globin.": "hemoglobin|hasPart|heme; hemoglobin|hasPart|globin",
    "Anemia can be caused by iron deficiency.": "iron deficiency|causes|anemia|ability",
    "Angiotensin II raises blood pressure through vasoconstriction.": (
        "angiotensin II|promotes|blood pressure; vasoconstriction|promotes|blood pressure; "
        "angiotensin II|uses|vasoconstriction"
    ),
    "Vaccination protects children against measles.": "vaccination|prevents|measles",
    "Opsonins promote the killing of bacteria by neutrophils.": (
        "opsonins|promotes|killing of bacteria; neutrophil|kills|bacteria"
    ),
    "Bacteria are destroyed by lysozyme, a process known as lysis.": "lysozyme|kills|bacteria",
    "Alexander Fleming received the Nobel Prize.": "",
    # infection
    "Penicillin kills gram-positive bacteria but does not harm human cells.": (
        "penicillin|kills|gram-positive bacteria; not penicillin|inhibits|human cells"
    ),
    "Hepatitis C virus infects hepatocytes.": "hepatitis C virus|targets|hepatocytes",
    "Tetracycline does not inhibit cell wall synthesis.": "not tetracycline|impairs|cell wall synthesis",
    "The bacterium failed to produce the toxin.": "not bacterium|produces|toxin",
    "Bacterial toxins damage the epithelium, resulting in diarrhea.": (
        "bacterial toxins|inhibits|epithelium; bacterial toxins|causes|diarrhea"
    ),
    "Influenza viruses evade neutralizing antibodies by mutating hemagglutinin.": (
        "influenza viruses|resists|neutralizing antibodies; influenza viruses|alters|hemagglutinin"
    ),
    "Phagocytes, such as Kupffer cells, engulf pathogens.": (
        "phagocytes|kills|pathogens; Kupffer cells|kills|pathogens; Kupffer cells|isTypeOf|phagocytes"
    ),
    "Helicobacter pylori infection is associated with gastric ulcers.": (
        "helicobacter pylori infection|associatedWith|gastric ulcers"
    ),
    # nerves
    "Myelin, produced by oligodendrocytes, insulates axons.": "oligodendrocytes|produces|myelin",
    "Astrocytes release glutamate, which activates neuronal receptors.": (
        "astrocytes|produces|glutamate; glutamate|promotes|neuronal receptors"
    ),
    "Microglia engulf apoptotic neurons during development.": "microglia|kills|apoptotic neurons",
    "Lithium may reduce suicide risk.": "lithium|impairs|suicide risk|hedged",
    "Opioids relieve pain.": "opioids|treats|pain",
    # genes and development
    "Cystic fibrosis is caused by mutations in CFTR.": "mutations in CFTR|causes|cystic fibrosis",
    "Mutations in BRCA1 predispose to breast cancer.": "mutations in BRCA1|promotes|breast cancer",
    "Iron is not required for the growth of Borrelia.": "not growth of Borrelia|requires|iron",
    "Bile acids are essential for fat absorption.": "fat absorption|requires|bile acids",
    "Kinases include MEK and ERK.": "MEK|isTypeOf|kinases; ERK|isTypeOf|kinases",
    "Melanocytes produce a pigment called melanin.": "melanocytes|produces|melanin; melanin|isTypeOf|pigment",
    "Dystrophin deficiency results in muscle degeneration.": "dystrophin deficiency|causes|muscle degeneration",
    "Rapamycin, an inhibitor of mTOR, prolongs the lifespan of mice.": (
        "rapamycin|inhibits|mTOR; rapamycin|promotes|lifespan of mice"
    ),
    "Gene therapy aims to restore dystrophin expression.": "gene therapy|promotes|dystrophin expression|hedged",
    "Whether oxytocin improves social behavior is unknown.": "oxytocin|promotes|social behavior|hedged",
    "Smoking is a major cause of lung disease.": "smoking|causes|lung disease",
    "Exposure to asbestos causes mesothelioma.": "exposure to asbestos|causes|mesothelioma",
    "The transcription factor MYOD1 is required for muscle development.": (
        "MYOD1|isTypeOf|transcription factor; muscle development|requires|MYOD1"
    ),
    "Treatment with heparin prevents thrombosis.": "treatment with heparin|prevents|thrombosis",
    "Low glucose impairs glycolysis.": "low glucose|impairs|glycolysis",
    "Lupus is a disease characterized by autoantibodies.": (
        "lupus|isTypeOf|disease; lupus|associatedWith|autoantibodies"
    ),
    "PTEN is a phosphatase that antagonizes insulin signaling.": (
        "PTEN|isTypeOf|phosphatase; PTEN|inhibits|insulin signaling"
    ),
    # what is measured, thanked and housed is no claim
    "Blood samples were analyzed by mass spectrometry.": "",
    "Data were analyzed with standard software.": "",
    "Participants received placebo.": "",
    "Samples were stored at room temperature.": "",
    "We thank the patients for their support.": "",
    "The results are shown in Figure 2.": "",
    "The authors declare no conflict of interest.": "",
    "Mice were housed in cages.": "",
    "In conclusion, this study provides evidence for a new mechanism.": "",
    "Researchers have developed a new assay.": "",
    "Cells were incubated with trypsin.": "",
    "The liver and the kidney were removed.": "",
}
SLUGS = {
    "CD8+ T-cells": "cd8-positive-t-cell",
    "IFN-γ secretion": "ifn-gamma-secretion",
    "naïve B cells": "naive-b-cell",
    "Tumour antigens": "tumor-antigen",
}


def _read(text: str, lexicon: Lexicon) -> set[str]:
    found = set()
    for c in extract(parse(text, "x"), lexicon, mint=True):
        strength = "" if c.strength == "asserted" else f"|{c.strength}"
        found.add(f"{'not ' if c.negated else ''}{c.subject.label}|{c.relation}|{c.object.label}{strength}")
    return found


@pytest.mark.parametrize(("text", "expected"), READS.items(), ids=list(READS))
def test_all_is_read_and_no_more(text: str, expected: str, lexicon: Lexicon) -> None:
    assert _read(text, lexicon) == set(filter(None, expected.split("; ")))


@pytest.mark.parametrize("text", READS, ids=list(READS))
def test_without_minting_no_kind_is_provisional(text: str, lexicon: Lexicon) -> None:
    claims = extract(parse(text, "x"), lexicon)
    assert not [c for c in claims if v.PROVISIONAL in c.subject.iri + c.object.iri]


@pytest.mark.parametrize(("phrase", "expected"), SLUGS.items())
def test_a_phrase_has_one_slug(phrase: str, expected: str) -> None:
    assert slug(phrase) == expected
    assert slug(phrase.upper() if phrase.isascii() else phrase) == expected


@given(st.text(max_size=40))
def test_a_slug_is_a_local_name(phrase: str) -> None:
    made = slug(phrase)
    assert re.fullmatch(r"[a-z0-9]*(-[a-z0-9]+)*", made)
    assert made == slug(phrase)
    assert v.class_of(v.exemplar(v.PROVISIONAL + made)) == v.PROVISIONAL + made


def test_pronouns_stand_for_provisional_kinds(lexicon: Lexicon) -> None:
    assert "statins|impairs|blood cholesterol" in _read("Statins are safe. They reduce blood cholesterol.", lexicon)
    text = "Factor VIII antibodies are rare. These antibodies impair blood clotting."
    assert "factor VIII antibodies|impairs|blood clotting" in _read(text, lexicon)


def test_a_documents_own_abbreviations_are_one_kind_with_their_long_form(lexicon: Lexicon) -> None:
    text = "The aryl hydrocarbon receptor (AHR) binds dioxin. AHR regulates detoxification. The ABC is unknown (ABC)."
    found = extract(parse(text, "x"), lexicon, mint=True)
    assert {c.subject.iri for c in found} == {v.PROVISIONAL + "aryl-hydrocarbon-receptor"}
    assert [c.subject.text for c in found] == ["aryl hydrocarbon receptor", "AHR"]


def test_a_modifier_narrows_a_general_name(lexicon: Lexicon) -> None:
    (claim,) = extract(parse("Microglial cells secrete chemokines.", "x"), lexicon, mint=True)
    assert (claim.subject.iri, claim.subject.label) == (v.PROVISIONAL + "microglial-cell", "microglial cells")
    (plain,) = extract(parse("Microglial cells secrete chemokines.", "x"), lexicon)
    assert plain.subject.iri == v.OBO + "CL_0000000"


def test_offsets_of_provisional_kinds_are_those_of_the_source(lexicon: Lexicon) -> None:
    text = "Seen before [1]. The growth of murine (mouse) osteoclasts requires vitamin D [2]."
    (claim,) = extract(parse(text, "x"), lexicon, mint=True)
    assert claim.subject.text == "growth of murine (mouse) osteoclasts"
    assert claim.object.text == "vitamin D"
    assert claim.object.span.of(text) == "vitamin D"


def test_unknown_phrases_are_counted_and_placed(lexicon: Lexicon) -> None:
    text = "Microglial cells secrete chemokines. Estrogen inhibits microglial cells. Tregs inhibit T cells."
    phrases = phrases_of(extract(parse(text, "x"), lexicon, mint=True))
    found = unknown_phrases([("x", p) for p in phrases], lexicon)
    assert [(p.phrase, p.count, p.sentence) for p in found] == [
        ("microglial cells", 2, "x:0-36"),
        ("estrogen", 1, "x:37-72"),
    ]
    assert found[0].nearest[0] == "cell"
    assert as_tsv(found).splitlines()[0] == "phrase\tcount\tsentence\tnearest"


def test_provisional_kinds_are_declared_and_tied_to_nothing(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Insulin stimulates glucose uptake. Tregs inhibit T cells.")
    quads = {tuple(str(x).strip("<>") for x in q)[:3] for q in filled_quads(fill(article, mint=True), quotes=False)}
    iri, own = v.PROVISIONAL + "insulin", v.KIND + "provisional/insulin"
    assert (iri, v.RDF_TYPE, v.OWL + "Class") in quads
    assert (iri, v.LABEL, '"insulin"') in quads
    assert {(own, v.RDF_TYPE, iri), (own, v.RDF_TYPE, v.OWL + "NamedIndividual"), (own, v.EXEMPLAR_OF, iri)} <= quads
    assert not [q for q in quads if q[1] == v.SUBCLASS_OF]
    assert not [q for q in quads if q[0].startswith(v.KIND) and "provisional" not in q[0]]


def test_filling_twice_makes_the_same_kinds(restated: Path) -> None:
    assert fill(restated, mint=True)[0].claims == fill(restated, mint=True)[0].claims
