"""From a question in English to a canned query and its values: deterministic, offline, and able to decline.

Each query says in its header how it can be asked. These ways are laid over the question in every manner in which names,
sources, numbers and quoted texts of the question can fill their slots. Words meet by stem, by groups of words that mean
the same, and by the cues that the ontology has for relations; the rarer a word is among the queries, the more it tells,
and what is left over on either side counts against the fit, as does a value to which the template does otherwise.

Beside the fit stands what was learned of how people ask (`irkg.learned`). Both together give the confidence in each
query, and in none; below a threshold nothing is answered.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp

import pyoxigraph as ox

from irkg import vocab as v
from irkg.errors import QueryError, UnknownName
from irkg.fitting import Fit, Question, Ways
from irkg.learned import DECLINED, Learned, Weighing, log_chance, shipped
from irkg.lexicon import Lexicon
from irkg.model import Param, QuerySpec, Sort
from irkg.phrasing import fronted, sentences
from irkg.slots import Slots
from irkg.spelling import Spelling

_NOT_RULES = ("check-", "construct-")
_LONGEST = 300  # characters of a question; the ways to lay names into templates grow with a power of their number
_THRESHOLD = 0.7  # of confidence
_POSSIBLE = 0.03  # chance by the words from which a query counts that no way to ask fits
_LACKING = 0.65  # the least fit of a way to ask of which only the name is unknown
_POOR = 0.6  # a fit below which it is told which words speak for the query


@dataclass(frozen=True, slots=True)
class Choice:
    """The query that a question asks for.

    Attributes:
        spec: The canned query.
        values: What is meant for its parameters: IRIs of classes, sources and relations, numbers, texts.
        why: Which way to ask matched, and with which values.
        runner_up: Name of the next best query, where there is one.
        score: The confidence in it, 0 to 1.
        runner_up_score: The confidence in the next best.
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
    authors: Mapping[str, str] | None = None,
) -> Choice:
    """Find the canned query that a question asks for.

    Args:
        question: The question, in English.
        catalogue: The canned queries; checks and rules are left aside.
        lexicon: The names that values are found by.
        sources: Ids of the sources that can be asked about.
        headings: Headings of their sections, as written there.
        authors: Who wrote a source, by its id.

    Returns:
        The query with its values.

    Raises:
        UnknownName: The query is clear and the name in it is not known, or not of the right kind.
        QueryError: No query fits, two fit alike, a value is missing, or the question is too long.
    """
    return Asking(catalogue, lexicon, sources, headings, authors).choose(question)


def headings(store: ox.Store) -> list[str]:
    """Return the headings of the sections in which the claims of a graph stand, sorted."""
    found = store.quads_for_pattern(None, ox.NamedNode(v.SECTION), None, None)
    return sorted({quad.object.value for quad in found if isinstance(quad.object, ox.Literal)})


def authors(store: ox.Store) -> dict[str, str]:
    """Return who wrote the sources of a graph, by their ids, where it is recorded."""
    quads = store.quads_for_pattern(None, ox.NamedNode(v.DCTERMS + "creator"), None, None)
    named = (
        (q.subject.value, q.object.value)
        for q in quads
        if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.Literal)
    )
    return {iri.removeprefix(v.SOURCE_NS): name for iri, name in named}


@dataclass(frozen=True, slots=True)
class Reading:
    """A query that a question may ask for.

    Attributes:
        fit: The query with its values, laid over the question.
        confidence: How likely it is meant, 0 to 1.
    """

    fit: Fit
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a question can be understood.

    Attributes:
        text: The question.
        readings: What it may ask for, the most likely first.
        declined: How likely it is that no query answers it.
        unnamed: What it would ask for if the name in it were known.
    """

    text: str
    readings: tuple[Reading, ...]
    declined: float
    unnamed: Fit | None

    @property
    def confidence(self) -> float:
        """How likely the first reading is meant."""
        return self.readings[0].confidence if self.readings else 0.0

    @property
    def is_clear(self) -> bool:
        """Whether the first reading can be answered."""
        return self.confidence >= _THRESHOLD and self.readings[0].fit.missing is None

    @property
    def doubt(self) -> str:
        """Why it is not answered, where it is not clear."""
        second = self.readings[1].confidence if len(self.readings) > 1 else 0.0
        if self.confidence + second >= _THRESHOLD and second > self.declined:
            return "this question can be understood in more than one way"
        return "no canned query answers this question"


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
        authors: Mapping[str, str] | None = None,
    ) -> None:
        """Take the canned queries, the names that values are found by, and the sources, headings and authors."""
        self._specs = asked_about(catalogue)
        self._ways = Ways(self._specs, lexicon, Slots(sources, headings, lexicon.relations.values(), authors))
        self._spelling = Spelling(self._ways)

    @cached_property
    def learned(self) -> Learned:
        """What was learned of how people ask."""
        return shipped()

    def choose(self, question: str) -> Choice:
        """Find the canned query that a question asks for; see `irkg.ask.choose`."""
        if len(question) > _LONGEST:
            raise QueryError(f"the question is longer than {_LONGEST} characters", remedy="ask one thing at a time")
        taken, corrected = self.question(question)
        return self._chosen(self._by_sentence(self.understood(taken)), corrected)

    def question(self, text: str) -> tuple[Question, dict[str, str]]:
        """Return a question as it is held against the ways to ask, and what in it was read as what."""
        corrected, read = self._spelling.corrected(text)
        return Question(fronted(corrected), self._ways), read

    def understood(self, question: Question) -> Understanding:
        """Return how a question can be understood, by the ways to ask and by what was learned."""
        chances, weighing = self.learned.chances(question.features), self.learned.weighing
        fits = list(candidates(question, self._specs, chances))
        scores = [_weighed(fit, chances, weighing, best=at == 0) for at, fit in enumerate(fits)]
        declined = weighing.chance * log_chance(chances, DECLINED) + weighing.declined
        found = map(Reading, fits, _parts([*scores, declined]))
        readings = tuple(sorted(found, key=lambda r: (-round(r.confidence, 6), r.fit.order)))
        none = 1 - sum(r.confidence for r in readings)
        return Understanding(question.text, readings, none, _unnamed(fits, scores, declined, weighing))

    def _lacking(self, understood: Understanding) -> Fit | None:
        """Return the best fit where it only lacks a value: the question names none, or one that looks like a name."""
        best = min((r.fit for r in understood.readings), key=lambda f: f.order, default=None)
        if best is None or best.missing is None or best.score < _LACKING:
            return None
        near = self._ways.lexicon.near
        return best if best.unnamed is None or near(best.unnamed.of(understood.text), best.missing.classes) else None

    def _by_sentence(self, whole: Understanding) -> Understanding:
        """Return the last sentence that is clear by itself, and clearer than the whole, else the whole."""
        parts = sentences(whole.text)
        for part in reversed(parts) if len(parts) > 1 else ():
            alone = self.understood(Question(part, self._ways))
            if alone.is_clear and not (whole.is_clear and alone.confidence < whole.confidence):
                return alone
        return whole

    def _chosen(self, understood: Understanding, corrected: Mapping[str, str]) -> Choice:
        lexicon = self._ways.lexicon
        if not understood.is_clear:
            unnamed = understood.unnamed or self._lacking(understood)
            if unnamed is None or unnamed.missing is None:
                raise _declined(understood)
            values = {name: list(iris) for name, iris in unnamed.values}
            values[unnamed.missing.name] = [_resolve(unnamed, unnamed.missing, understood.text, lexicon)]
            first = Reading(unnamed, _THRESHOLD)
        else:
            first = understood.readings[0]
            values = {name: list(iris) for name, iris in first.fit.values}
        self._refuse_misspelt(first.fit.template.spec, values, understood.text, corrected)
        why = self._why(first.fit, values, understood.text, corrected)
        close = next((r for r in understood.readings[1:] if r.fit is not first.fit), None)
        return Choice(
            first.fit.template.spec,
            values,
            why,
            close.fit.template.spec.name if close else None,
            round(first.confidence, 3),
            round(close.confidence, 3) if close else 0.0,
        )

    def _refuse_misspelt(
        self, spec: QuerySpec, values: Mapping[str, Sequence[str]], text: str, corrected: Mapping[str, str]
    ) -> None:
        """Suggest the name of a value in which a word was read as another: plain words may be read so, names not."""
        for match in self._ways.lexicon.find(text, forgiving=True):
            written = match.text
            for word, meant in corrected.items():
                written = re.sub(rf"\b{re.escape(meant)}\b", word, written)
            of = (p for p in spec.params if {match.iri, *match.others}.intersection(values.get(p.name, ())))
            param = next(of, None) if written != match.text else None
            if param is not None:
                raise UnknownName(param.name, written, near=self._ways.lexicon.near(written, param.classes))

    def _why(self, fit: Fit, values: Mapping[str, Sequence[str]], text: str, corrected: Mapping[str, str]) -> str:
        lexicon = self._ways.lexicon
        shown = {name: " or ".join(_shown(value, lexicon) for value in found) for name, found in values.items()}
        named = " with " + ", ".join(f"{name} = {value}" for name, value in shown.items()) if shown else ""
        words = self.learned.telling(text, fit.template.spec.name) if fit.score < _POOR else []
        pointing = " and ".join(f'"{word}"' for word in words) + f" point{'s' * (len(words) == 1)} to it"
        if fit.literal:
            why = f'it fits "{fit.template.text}"{named}' + (f", and {pointing}" if words else "")
        else:
            why = (pointing if words else "it is like other questions for it") + named
        return why + "".join(f', "{word}" read as "{meant}"' for word, meant in corrected.items())


def asked_about(catalogue: Mapping[str, QuerySpec]) -> list[QuerySpec]:
    """Return the canned queries that answer questions: no checks and no rules."""
    return [spec for spec in catalogue.values() if not spec.name.startswith(_NOT_RULES)]


def candidates(question: Question, specs: Sequence[QuerySpec], chances: Mapping[str, float]) -> Iterator[Fit]:
    """Yield the best fit of each query, best first, then queries that only the words speak for."""
    fits = question.best()
    yield from fits
    fitting = {fit.template.spec.name for fit in fits}
    for spec in specs:
        if spec.name not in fitting and chances.get(spec.name, 0) >= _POSSIBLE:
            yield question.bare(spec)


def evidence(fit: Fit, chances: Mapping[str, float], *, best: bool) -> tuple[float, ...]:
    """Return what speaks for a query's being meant, in the order of the weights of `Weighing`.

    Args:
        fit: The query, laid over the question.
        chances: How likely each query is by the words alone.
        best: Whether it is the one that fits best.
    """
    chance = log_chance(chances, fit.template.spec.name)
    return fit.score, chance, float(fit.missing is not None), float(best and fit.score > 0)


def _weighed(fit: Fit, chances: Mapping[str, float], weighing: Weighing, *, best: bool) -> float:
    """Return the log-odds of a query's being meant."""
    weights = weighing.fit, weighing.chance, weighing.missing, weighing.best
    return sum(weight * value for weight, value in zip(weights, evidence(fit, chances, best=best), strict=True))


def _parts(scores: Sequence[float]) -> list[float]:
    """Return what part of the whole each log-odds is."""
    most = max(scores)
    raised = [exp(score - most) for score in scores]
    return [one / sum(raised) for one in raised]


def _unnamed(fits: Sequence[Fit], scores: Sequence[float], declined: float, weighing: Weighing) -> Fit | None:
    """Return the fit that would be chosen if nothing were missing, where something is."""
    bare = [s - weighing.missing * (fit.missing is not None) for s, fit in zip(scores, fits, strict=True)]
    parts = _parts([*bare, declined])[:-1]
    at = max(range(len(fits)), key=lambda n: parts[n], default=None)
    return fits[at] if at is not None and parts[at] >= _THRESHOLD and fits[at].missing is not None else None


def _shown(value: str, lexicon: Lexicon) -> str:
    return lexicon.label(value).removeprefix("source:") if ":" in value else value


def _declined(understood: Understanding) -> QueryError:
    offered = " ".join(f'"{reading.fit.template.spec.summary}"' for reading in understood.readings[:3])
    remedy = f"the nearest are: {offered}; `irkg queries` lists all" if offered else "see: irkg queries"
    return QueryError(understood.doubt, remedy=remedy)


def _resolve(fit: Fit, param: Param, question: str, lexicon: Lexicon) -> str:
    if fit.unnamed is None or param.sort is not Sort.KIND:
        raise QueryError(
            f'"{fit.template.spec.summary}" needs a {param.name}, and the question names none',
            remedy=f"ask for example: {fit.template.text}",
        )
    return lexicon.resolve(fit.unnamed.of(question), param.classes, param.name)
