"""How a sentence puts what it says: denied, doubted, or said of one of two things only."""

from __future__ import annotations

import pytest

from irkg.extract.claims import extract
from irkg.lexicon import Lexicon
from irkg.text import parse

# A sentence, and what it says of the inhibition of T cells or NK cells: "not" for what is denied, then the strength
PUTS = {
    "VEGF inhibits T cells.": ["VEGF|T cell|asserted"],
    "VEGF does not inhibit T cells.": ["not VEGF|T cell|asserted"],
    "VEGF no longer inhibits T cells.": ["not VEGF|T cell|asserted"],
    "VEGF hardly inhibits T cells.": ["not VEGF|T cell|asserted"],
    "VEGF is insufficient to inhibit T cells.": ["not VEGF|T cell|asserted"],
    "VEGF was unable to inhibit T cells.": ["not VEGF|T cell|asserted"],
    "There is no evidence that VEGF inhibits T cells.": ["not VEGF|T cell|asserted"],
    "There is some evidence that VEGF inhibits T cells.": ["VEGF|T cell|hedged"],
    "It is unlikely that VEGF inhibits T cells.": ["not VEGF|T cell|hedged"],
    "It is likely that VEGF inhibits T cells.": ["VEGF|T cell|hedged"],
    "It is not known whether VEGF inhibits T cells.": ["VEGF|T cell|hedged"],
    "It remains to be seen whether VEGF inhibits T cells.": ["VEGF|T cell|hedged"],
    "Our hypothesis is that VEGF inhibits T cells.": ["VEGF|T cell|hedged"],
    "One possibility is that VEGF inhibits T cells.": ["VEGF|T cell|hedged"],
    "VEGF inhibits T cells but not NK cells.": ["VEGF|T cell|asserted", "not VEGF|natural killer cell|asserted"],
    "VEGF inhibits not only T cells but also NK cells.": [
        "VEGF|T cell|asserted",
        "VEGF|natural killer cell|asserted",
    ],
    "TGF-beta, and not VEGF, inhibits T cells.": ["TGF-beta|T cell|asserted", "not VEGF|T cell|asserted"],
    "VEGF does not recruit but inhibits T cells.": ["VEGF|T cell|asserted"],
    "VEGF does not act when IL-2 inhibits T cells.": ["interleukin-2|T cell|asserted"],
    "Does VEGF inhibit T cells?": [],
}


@pytest.mark.parametrize("text", PUTS)
def test_what_is_said_and_how(text: str, lexicon: Lexicon) -> None:
    found = [
        f"{'not ' * c.negated}{c.subject.label}|{c.object.label}|{c.strength.value}"
        for c in extract(parse(text, "x"), lexicon)
        if c.relation in ("inhibits", "impairs")
    ]
    short = [line.replace("vascular endothelial growth factor", "VEGF") for line in found]
    assert sorted(short) == sorted(PUTS[text])
