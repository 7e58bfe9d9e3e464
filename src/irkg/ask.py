"""From a question in English to a canned query and its values: deterministic, offline, and able to decline.

Each query says in its header how it can be asked. These ways are laid over the question in every manner in which names,
sources, numbers and quoted texts of the question can fill their slots. Words meet by stem, by groups of words that mean
the same, and by the cues that the ontology has for relations; the rarer a word is among the queries, the more it tells,
and what is left over on either side counts against the fit, as does a value to which the template does otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from irkg import vocab as v
from irkg.errors import QueryError
from irkg.fitting import Fit, Question, Ways
from irkg.lexicon import Lexicon
from irkg.model import Param, QuerySpec, Sort
from irkg.phrasing import fronted, sentences
from irkg.slots import Slots
from irkg.spelling import Spelling

_NOT_RULES = ("check-", "construct-")
_LONGEST = 300  # characters of a question; the ways to lay names into templates grow with a power of their number
_THRESHOLD = 0.5
_CLEAR = 0.4  # the same where no other query comes near: strange words lower all fits alike
_NEAR = 0.8  # part of the best fit at which another comes near
_MARGIN = 0.02  # two queries that fit as well as each other are offered, not guessed
_ALONE = 0.75  # how well a query must fit a single sentence of a question that as a whole none fits


@dataclass(frozen=True, slots=True)
class Choice:
    """The query that a question asks for.

    Attributes:
        spec: The canned query.
        values: What is meant for its parameters: IRIs of classes, sources and relations, numbers, texts.
        why: Which way to ask matched, and with which values.
        runner_up: Name of the next best query, where one came close.
        score: How well it fits, 0 to 1.
        runner_up_score: How well the next best fits.
    """

    spec: QuerySpec
    values: dict[str, list[str]]
    why: str
    runner_up: str | None
    score: float
    runner_up_score: float = 0.0


def choose(
    question: str,
    catalogue: Mapping[str, QuerySpec],
    lexicon: Lexicon,
    sources: Collection[str] = (),
    headings: Collection[str] = (),
) -> Choice:
    """Find the canned query that a question asks for.

    Args:
        question: The question, in English.
        catalogue: The canned queries; checks and rules are left aside.
        lexicon: The names that values are found by.
        sources: Ids of the sources that can be asked about.
        headings: Headings of their sections, as written there.

    Returns:
        The query with its values.

    Raises:
        UnknownName: The query is clear and the name in it is not known, or not of the right kind.
        QueryError: No query fits, two fit alike, a value is missing, or the question is too long.
    """
    return Asking(catalogue, lexicon, sources, headings).choose(question)


def headings(store: ox.Store) -> list[str]:
    """Return the headings of the sections in which the claims of a graph stand, sorted."""
    found = store.quads_for_pattern(None, ox.NamedNode(v.SECTION), None, None)
    return sorted({quad.object.value for quad in found if isinstance(quad.object, ox.Literal)})


class Asking:
    """What questions are held against: the ways to ask each query, and how much each word tells.

    Example:
        >>> from irkg.catalogue import catalogue
        >>> from irkg.lexicon import shipped_lexicon
        >>> Asking(catalogue(), shipped_lexicon()).choose("Which cells recruit Tregs?").spec.name
        'who-recruits'
    """

    def __init__(
        self,
        catalogue: Mapping[str, QuerySpec],
        lexicon: Lexicon,
        sources: Collection[str] = (),
        headings: Collection[str] = (),
    ) -> None:
        """Take the canned queries, the names that values are found by, the ids of the sources and their headings."""
        specs = [s for s in catalogue.values() if not s.name.startswith(_NOT_RULES)]
        self._ways = Ways(specs, lexicon, Slots(sources, headings, lexicon.relations.values()))
        self._spelling = Spelling(self._ways)

    def choose(self, question: str) -> Choice:
        """Find the canned query that a question asks for; see `irkg.ask.choose`."""
        if len(question) > _LONGEST:
            raise QueryError(f"the question is longer than {_LONGEST} characters", remedy="ask one thing at a time")
        text, corrected = self._spelling.corrected(question)
        text = fronted(text)
        ranked = self.ranked(text)
        text, ranked = self._by_sentence(text, ranked)
        return _chosen(text, ranked, self._ways.lexicon, corrected)

    def ranked(self, question: str) -> list[Fit]:
        """Return the best fit of each query, best first."""
        return Question(question, self._ways).best()

    def _by_sentence(self, text: str, ranked: list[Fit]) -> tuple[str, list[Fit]]:
        """Return the last sentence that a query fits well by itself and better than the whole, else the whole."""
        parts = sentences(text)
        least = _ALONE if _doubt(ranked) else max(_ALONE, ranked[0].score)
        for part in reversed(parts) if len(parts) > 1 else ():
            alone = self.ranked(part)
            if not _doubt(alone) and alone[0].score >= least and alone[0].missing is None:
                return part, alone
        return text, ranked


def _doubt(ranked: Sequence[Fit]) -> str | None:
    """Return why no query is chosen."""
    first, second = ranked[0] if ranked else None, ranked[1] if len(ranked) > 1 else None
    if first is None or first.score < _THRESHOLD:
        if first is not None and _clear(first, second):
            return None
        return "no canned query answers this question"
    if second is not None and first.score < 1 and first.score - second.score < _MARGIN:
        return "this question can be understood in more than one way"
    return None


def _clear(first: Fit, second: Fit | None) -> bool:
    """Return whether a fit that is low has all values and leaves every other query behind."""
    near = second is not None and second.score > _NEAR * first.score
    return first.score >= _CLEAR and first.missing is None and not near


def _chosen(question: str, ranked: Sequence[Fit], lexicon: Lexicon, corrected: Mapping[str, str]) -> Choice:
    doubt = _doubt(ranked)
    if doubt:
        raise _declined(ranked, doubt)
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    values = {name: list(iris) for name, iris in first.values}
    if first.missing is not None:
        values[first.missing.name] = [_resolve(first, first.missing, question, lexicon)]
    shown = {name: " or ".join(_shown(value, lexicon) for value in found) for name, found in values.items()}
    named = [f"{name} = {text}" for name, text in shown.items()]
    why = f'it fits "{first.template.text}"' + (f" with {', '.join(named)}" if named else "")
    why += "".join(f', "{word}" read as "{meant}"' for word, meant in corrected.items())
    close = second if second is not None and second.score >= _THRESHOLD else None
    return Choice(
        first.template.spec,
        values,
        why,
        close.template.spec.name if close else None,
        round(first.score, 3),
        round(close.score, 3) if close else 0.0,
    )


def _shown(value: str, lexicon: Lexicon) -> str:
    return lexicon.label(value).removeprefix("source:") if ":" in value else value


def _declined(ranked: Sequence[Fit], what: str) -> QueryError:
    near = [f.template.spec.summary for f in ranked[:3]]
    offered = " ".join(f'"{summary}"' for summary in near)
    return QueryError(
        what, remedy=f"the nearest are: {offered}; `irkg queries` lists all" if near else "see: irkg queries"
    )


def _resolve(fit: Fit, param: Param, question: str, lexicon: Lexicon) -> str:
    if fit.unnamed is None or param.sort is not Sort.KIND:
        raise QueryError(
            f'"{fit.template.spec.summary}" needs a {param.name}, and the question names none',
            remedy=f"ask for example: {fit.template.text}",
        )
    return lexicon.resolve(fit.unnamed.of(question), param.classes, param.name)
