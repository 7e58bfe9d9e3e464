"""Which sentences are parsed: those that can hold a claim, and what such a one points back to."""

from __future__ import annotations

from pathlib import Path

import pytest

from irkg.extract import claims
from irkg.extract.prospects import to_parse
from irkg.extract.syntax import clean
from irkg.lexicon import Lexicon
from irkg.reading import read_documents
from irkg.text import parse


def parsed(text: str, lexicon: Lexicon) -> list[int]:
    """Return the numbers of the sentences and headings that are parsed, from 0."""
    sentences = parse(text, "x").sentences
    names = [lexicon.find(clean(s)[0]) for s in sentences]
    return [at for at, wanted in enumerate(to_parse(sentences, names, lexicon)) if wanted]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The patients were seen in May. Tregs were counted.", []),
        ("Tregs were counted by people who knew how.", []),
        ("Tregs inhibit T cells. Nothing else was seen.", [0]),
        ("T cells can become exhausted.", [0]),
        ("Melanoma was seen early. It recruits Tregs.", [0, 1]),
        ("Melanoma was seen early. It was large.", []),
        ("Tregs were there. One. Two. Three. They inhibit T cells.", [0, 4]),
        ("Tregs were there. One. Two. Three. Four. They inhibit T cells.", [5]),
        ("Tumors have a number of resistance mechanisms.\n\n**Treg recruitment**: It is frequent.", [0]),
    ],
)
def test_sentences_that_are_parsed(text: str, expected: list[int], lexicon: Lexicon) -> None:
    assert parsed(text, lexicon) == expected


def test_no_claim_is_lost_by_what_is_not_parsed(
    restated: Path, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    (document,) = read_documents(restated)
    found = claims.extract(document, lexicon)
    monkeypatch.setattr(claims, "to_parse", lambda sentences, names, lexicon: [not s.heading for s in sentences])
    assert claims.extract(document, lexicon) == found
