"""Citation markers of three kinds, and the references that they resolve to."""

from __future__ import annotations

from pathlib import Path

import pytest

from irkg.citations import author_years
from irkg.fill import fill, filled_quads
from irkg.text import parse
from irkg.vocab import CITATION_MARKER, CITES, DCTERMS

NUMBERED = (
    "\n\nReferences\n\n1. Doe J. One. 2001.\n2. Roe K. Two. 2002.\n3. Poe E. Three. 2003.\n4. Moe L. Four. 2004.\n"
)
BY_NAME = (
    "\n\n## References\n\nDoe, J., & Roe, K. (2001). One. J Examples.\n\n"
    "Doe, J., & Poe, E. (2001). Two. J Examples.\n\n"
    "van der Noe L, Roe K. Three. J Examples. 2003a.\nvan der Noe L. Four. J Examples. 2003b.\n\nÉtoile Z. Five. 2005. "
    "PMID: 123456. doi:10.1234/five.5\n\nCoe de Voe L. Six. 2006.\n\nMade Up Cancer Society. Seven. 2007.\n"
)


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("Tregs act [2].", (2,)),
        ("Tregs act [1-3].", (1, 2, 3)),
        ("Tregs act [1, 3–4].", (1, 3, 4)),
        ("Tregs act [1][3].", (1, 3)),
        ("Tregs act [1]–[3].", (1, 2, 3)),
        ("Tregs act [1] - [3], [4].", (1, 2, 3, 4)),
        ("Tregs act [9].", (9,)),
        ("Tregs act<sup>2,3</sup>.", (2, 3)),
        ("Tregs act.² ", (2,)),
        ("Tregs act¹⁻³.", (1, 2, 3)),
        ("Tregs act^4^.", (4,)),
        ("Tregs act³⁹.", ()),  # no such reference
        ("Tregs cover 4 cm² of it.", ()),
        ("Tregs let Ca²⁺ in.", ()),
        ("Some 10³ Tregs act.", ()),
        ("In [2019] Tregs act.", ()),
    ],
)
def test_numbers(sentence: str, cited: tuple[int, ...]) -> None:
    assert parse(sentence + NUMBERED, "x").sentences[0].citations == cited


def test_a_marker_behind_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    document = parse("Tregs act.[2] T cells do not.³ They rest. [4] So it is." + NUMBERED, "x")
    assert [(s.text, s.citations) for s in document.sentences if not s.heading] == [
        ("Tregs act.[2]", (2,)),
        ("T cells do not.³", (3,)),
        ("They rest. [4]", (4,)),
        ("So it is.", ()),
    ]


@pytest.mark.parametrize(
    ("sentence", "cited", "unresolved"),
    [
        ("Tregs act (Doe and Roe, 2001).", (1,), ()),
        ("Tregs act (Doe & Poe 2001).", (2,), ()),
        ("Tregs act (Doe et al., 2001).", (), ("Doe et al. 2001",)),  # two answer to it: none is taken
        ("Tregs act (van der Noe et al., 2003a; Étoile, 2005).", (3, 5), ()),
        ("Tregs act (van der Noe, 2003a,b).", (3, 4), ()),
        ("As Etoile (2005) saw, Tregs act.", (5,), ()),
        ("Tregs act (reviewed in Etoile 2005, and see Joe et al., 1999).", (5,), ("Joe et al. 1999",)),
        ("As Etoile and co-workers (2005) saw, Tregs act.", (5,), ()),
        ("Tregs act (Coe de Voe, 2006).", (6,), ()),
        ("Tregs act (Made Up Cancer Society, 2007).", (7,), ()),
        ("Tregs act (Other Society, 2007).", (), ()),
        ("Tregs act (March 2005).", (), ()),
        ("Tregs act (Berlin, 2019).", (), ()),
        ("Tregs act (n = 2001).", (), ()),
    ],
)
def test_names_and_years(sentence: str, cited: tuple[int, ...], unresolved: tuple[str, ...]) -> None:
    first = parse(sentence + BY_NAME, "x").sentences[0]
    assert (first.citations, first.unresolved) == (cited, unresolved)


def test_a_list_without_numbers() -> None:
    references = parse("Tregs act." + BY_NAME, "x").source.references
    assert [(r.number, r.printed, r.authors, r.year) for r in references] == [
        (1, False, "Doe J et al.", 2001),
        (2, False, "Doe J et al.", 2001),
        (3, False, "van der Noe L et al.", 2003),
        (4, False, "van der Noe L", 2003),
        (5, False, "Étoile Z", 2005),
        (6, False, "Coe de Voe L", 2006),
        (7, False, "Made Up Cancer Society", 2007),
    ]
    assert (references[4].doi, references[4].pmid) == ("10.1234/five.5", "123456")


def test_markers_stay_markers_where_there_is_no_list() -> None:
    sentence = parse("Tregs act (Doe et al., 2001; Roe and Poe 2002) [7].", "x").sentences[0]
    assert (sentence.citations, sentence.unresolved) == ((7,), ("Doe et al. 2001", "Roe and Poe 2002"))


@pytest.mark.parametrize(
    "text", ["(Doe", "Doe (2001", "(" * 2000 + "Doe 2001", "A, " * 3000 + "and B 2001", "van " * 5000]
)
def test_odd_texts_are_read_in_no_time(text: str) -> None:
    assert author_years(text) == []


def test_a_marker_without_an_entry_is_kept_as_a_marker_in_the_graph(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Cancer cells recruit Tregs (Joe et al., 1999) [2,9]." + NUMBERED)
    quads = filled_quads(fill(path), quotes=False)
    marked = {q.object.value for q in quads if q.predicate.value == CITATION_MARKER}
    cited = {q.object.value.rpartition("/")[2] for q in quads if q.predicate.value == CITES}
    assert marked == {"[2]", "[9]", "Joe et al. 1999"}
    assert cited == {"2"}


def test_references_bear_their_identifiers_in_the_graph(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Cancer cells recruit Tregs." + BY_NAME)
    quads = filled_quads(fill(path), quotes=False)
    assert [q.object.value for q in quads if q.predicate.value == DCTERMS + "identifier"] == ["doi:10.1234/five.5"]
