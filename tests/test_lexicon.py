"""Names: what is found in text, what is forgiven, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from irkg.errors import AmbiguousName, UnknownName
from irkg.lexicon import Lexicon, fold
from irkg.vocab import IRKG, OBO

TREG, RECRUITMENT, MECHANISM = OBO + "CL_0000815", IRKG + "TregRecruitment", IRKG + "ResistanceMechanism"


@pytest.mark.parametrize(
    "name",
    [
        "Treg recruitment",
        "treg recruitment",
        "recruitment of regulatory T cells",
        "Recruitment of Regulatory T-Cells",
        "regulatory T-cell recruitment",
        "irkg:TregRecruitment",
        "https://w3id.org/irkg/TregRecruitment",
        "<https://w3id.org/irkg/TregRecruitment>",
        "kind:TregRecruitment",
        "https://w3id.org/irkg/kind/TregRecruitment",
    ],
)
def test_a_kind_by_any_of_its_names(name: str, lexicon: Lexicon) -> None:
    assert lexicon.resolve(name, [MECHANISM], "mechanism") == RECRUITMENT


@pytest.mark.parametrize("name", ["regulatory T cell", "Tregs", "tregs", "CL:0000815", "obo:CL_0000815"])
def test_a_reused_class_by_any_of_its_names(name: str, lexicon: Lexicon) -> None:
    assert lexicon.resolve(name) == TREG


def test_a_misspelling_is_answered_with_what_was_meant(lexicon: Lexicon) -> None:
    with pytest.raises(UnknownName, match=r'unknown mechanism "Treg recrutment"; did you mean "Treg recruitment"'):
        lexicon.resolve("Treg recrutment", [MECHANISM], "mechanism")


def test_a_kind_of_another_sort_is_refused(lexicon: Lexicon) -> None:
    with pytest.raises(UnknownName, match="regulatory T cell is not a kind of resistance mechanism"):
        lexicon.resolve("Treg", [MECHANISM], "mechanism")


def test_a_name_of_several_is_asked_about(lexicon: Lexicon) -> None:
    other = replace(lexicon.kinds[TREG], iri=IRKG + "Other", label="other", display="other", exact=("other", "Treg"))
    both = replace(lexicon, kinds={**lexicon.kinds, other.iri: other})
    with pytest.raises(AmbiguousName) as asked:
        both.resolve("tregs", sort="cell")
    assert str(asked.value) == (
        'the cell "tregs" may mean regulatory T cell (CL:0000815) or other (irkg:Other); write its identifier'
    )
    assert both.resolve("CL:0000815") == TREG


def test_an_exact_name_goes_before_a_related_one(lexicon: Lexicon) -> None:
    other = replace(lexicon.kinds[TREG], iri=IRKG + "Other", exact=("other",), related=("Treg", "tee"))
    third = replace(other, iri=IRKG + "Third", exact=("third",), related=("tee",))
    both = replace(lexicon, kinds={**lexicon.kinds, other.iri: other, third.iri: third})
    assert both.resolve("Treg") == TREG
    with pytest.raises(AmbiguousName):
        both.resolve("tee")


@pytest.mark.parametrize("name", ["", "   ", "?", "irkg:", "irkg:NoSuchThing", "x" * 100_000, "\0", "<>"])
def test_names_that_name_nothing(name: str, lexicon: Lexicon) -> None:
    with pytest.raises(UnknownName):
        lexicon.resolve(name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("regulatory T cells and Tregs", ["regulatory T cells", "Tregs"]),
        ("tumor-infiltrating T cells", ["tumor-infiltrating T cells"]),
        ("the immune, cell", ["cell"]),
        ("the tumour microenvironment", ["tumour microenvironment"]),
        ("PD-1/PD-L1", ["PD-1/PD-L1"]),
        ("an ici, some mdscs", []),
        ("a cellular thing", []),
    ],
)
def test_what_is_found_in_text(text: str, found: list[str], lexicon: Lexicon) -> None:
    assert [m.text for m in lexicon.find(text)] == found


def test_abbreviations_need_their_capitals_in_text_but_not_in_questions(lexicon: Lexicon) -> None:
    assert [m.text for m in lexicon.find("who recruits mdscs", forgiving=True)] == ["mdscs"]
    assert lexicon.find("who recruits mdscs") == []


def test_longer_names_win_and_none_overlap(lexicon: Lexicon) -> None:
    text = "myeloid-derived suppressor cell recruitment, regulatory T cell recruitment and T cell exhaustion"
    matches = lexicon.find(text)
    assert len(matches) == 3
    assert all(m.span.of(text) == m.text for m in matches)


def test_folding_is_idempotent(lexicon: Lexicon) -> None:
    for kind in lexicon.kinds.values():
        for name in kind.exact:
            assert fold(fold(name)) == fold(name)


def test_every_name_of_every_kind_is_found_as_that_kind(lexicon: Lexicon) -> None:
    for kind in lexicon.kinds.values():
        for name in kind.exact:
            assert [m.iri for m in lexicon.find(name)] == [kind.iri], name


def test_a_document_may_add_names_but_not_change_them(lexicon: Lexicon) -> None:
    richer = lexicon.with_names({"XYZ": TREG, "Treg": RECRUITMENT})
    assert richer.resolve("XYZ") == TREG
    assert richer.resolve("Treg") == TREG
    assert lexicon.find("XYZ") == []


def test_definitions_are_read(lexicon: Lexicon) -> None:
    definition = next(d for d in lexicon.definitions if d.iri == RECRUITMENT)
    assert (definition.genus, definition.filler) == (IRKG + "CellRecruitment", TREG)
    assert lexicon.process_of[IRKG + "CellRecruitment"] == "recruits"
