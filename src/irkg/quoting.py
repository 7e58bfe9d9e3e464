"""The sentences that the rows of an answer rest on, cut out of the texts of their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyoxigraph as ox

from irkg import vocab as v
from irkg.rows import Answer
from irkg.store import select
from irkg.text import quoted

_DIGESTS = f"SELECT ?evidence ?digest {{ ?place <{v.LABEL}> ?evidence ; <{v.DIGEST}> ?digest }}"


def with_sentences(answer: Answer, store: ox.Store, texts: Mapping[str, str]) -> Answer:
    """Return an answer with a column `sentence`: what stands at the evidence of each row.

    Args:
        answer: The answer, with a column `evidence` of places `source:start-end`, parted by spaces.
        store: The knowledge graph, which holds the digest of each sentence.
        texts: The texts of sources, by their ids.

    Returns:
        The answer; a row whose evidence lies in none of the texts has an empty cell, one with several places their
        sentences in that order, parted by " / ". Unchanged where no row has evidence.

    Raises:
        SourceError: A text is not the one that the claims were taken from.

    Example:
        >>> with_sentences(Answer(("n",), (("7",),)), ox.Store(), {"x": "Tregs rest."}).columns
        ('n',)
    """
    if "evidence" not in answer.columns:
        return answer
    digests = {row["evidence"]: row["digest"] for row in select(store, _DIGESTS)}

    def sentences(evidence: str) -> str:
        parts = [(*place.rpartition(":"), digests.get(place, "")) for place in evidence.split()]
        told = (quoted(texts[s], s, span, digest) for s, _, span, digest in parts if s in texts and digest)
        return " / ".join(dict.fromkeys(told))

    cells = [sentences(evidence) for evidence in answer.column("evidence")]
    rows = tuple((*row, cell) for row, cell in zip(answer.rows, cells, strict=True))
    return replace(answer, columns=(*answer.columns, "sentence"), rows=rows)
