"""The trees that are made at speed are those that spaCy's pipeline makes, whatever is parsed beside them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from bench.fill import abstracts
from spacy.language import Language
from spacy.tokens import Doc

from irkg.extract import trees
from irkg.extract.claims import extract, extract_all
from irkg.extract.syntax import pipeline
from irkg.extract.trees import Tree, TreeMaker, Words
from irkg.lexicon import Lexicon
from irkg.reading import read_documents
from irkg.text import parse

ODD = (
    "There are cells that aren't gonna grow.",  # rules of the attribute ruler for several words
    "Let's see  what it's got, y'all!",
    "I do not know whether it does; they have done it.",
    "So",
    "(see Fig. 2)",
    "",
    " ",
    "α-SMA\u00a0+ cells\tdid n't.",
)


def by_the_pipeline(nlp: Language, words: Words) -> Tree:
    doc = Doc(nlp.vocab, words=words.words, spaces=words.spaces)
    for _, step in nlp.pipeline:
        doc = step(doc)
    return Tree(*map(list, ([t.tag_ for t in doc], [t.pos_ for t in doc], [t.dep_ for t in doc])), *_rest(doc))


def _rest(doc: Doc) -> tuple[list[int], list[str]]:
    return [t.head.i for t in doc], [t.lemma_ for t in doc]


@pytest.fixture(scope="module")
def sentences(restated: Path, lexicon: Lexicon) -> list[Words]:
    (document,) = read_documents(restated)
    texts = [s.text for s in document.sentences]
    texts += [s for text in islice(abstracts(8, 0.5, lexicon), 8) for s in text.split(". ")]
    return [Words.of(pipeline().make_doc(text)) for text in (*ODD, *texts)]


def test_trees_are_those_of_the_pipeline(sentences: list[Words]) -> None:
    assert TreeMaker(pipeline()).of(sentences) == [by_the_pipeline(pipeline(), words) for words in sentences]


def test_a_tree_does_not_depend_on_what_is_parsed_beside_or_before_it(sentences: list[Words]) -> None:
    together = TreeMaker(pipeline()).of(sentences)
    maker = TreeMaker(pipeline())
    assert [maker.of([words])[0] for words in reversed(sentences)] == together[::-1]
    assert maker.of([]) == []


def test_nothing_changes_where_little_is_kept(sentences: list[Words], monkeypatch: pytest.MonkeyPatch) -> None:
    some = sentences[:20]
    expected = TreeMaker(pipeline()).of(some)
    monkeypatch.setattr(trees, "_WORDS_KEPT", 7)
    monkeypatch.setattr(trees, "_READINGS_KEPT", 7)
    assert TreeMaker(pipeline()).of(some) == expected


def test_a_pipeline_with_other_parts_is_run_as_it_is(sentences: list[Words]) -> None:
    with pipeline().select_pipes(disable=["lemmatizer"]):
        (tree,) = TreeMaker(pipeline()).of(sentences[8:9])
    assert set(tree.lemmas) == {""}
    assert tree.tags == by_the_pipeline(pipeline(), sentences[8]).tags


def test_an_encoder_that_is_built_otherwise_is_run_by_spacy(
    sentences: list[Words], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = TreeMaker(pipeline()).of(sentences[:4])
    monkeypatch.setattr(trees, "_CLOSE", -1.0)  # nothing is as close as that
    maker = TreeMaker(pipeline())
    assert maker._encoder is None
    assert maker.of(sentences[:4]) == expected


@pytest.mark.parametrize("mint", [False, True])
def test_claims_of_documents_are_those_of_each_by_itself(mint: bool, restated: Path, lexicon: Lexicon) -> None:
    documents = [*read_documents(restated), *(parse(t, str(n)) for n, t in enumerate(abstracts(40, 0.2, lexicon)))]
    documents = documents[:12] if mint else documents  # which parses every sentence
    documents.insert(1, parse("No kind is named here.", "none"))
    alone = [extract(document, lexicon, mint=mint) for document in documents]
    assert list(extract_all(documents, lexicon, mint=mint)) == alone
    assert sum(map(len, alone)) > 20
