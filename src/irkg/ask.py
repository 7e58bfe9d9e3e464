"""From a question in English to a canned query and its values: deterministic, offline, and able to decline.

Each query says in its header how it can be asked. These ways are laid over the question in every manner in which names,
sources, numbers and quoted texts of the question can fill their slots. Words meet by stem, by groups of words that mean
the same, and by the cues that the ontology has for relations; the rarer a word is among the queries, the more it tells,
and what is left over on either side counts against the fit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import combinations, permutations
from math import log

from irkg import vocab as v
from irkg.errors import QueryError
from irkg.lexicon import Lexicon
from irkg.model import Param, QuerySpec, Span, ValueType
from irkg.wording import Senses, Word, canonical, sequence, stem, words

(_NOT,) = canonical("without")
_ITEM = re.compile(r"\{(\w+)\}|\w[\w\-]*")
_AND = re.compile(r"\s*(?:,|and|or|,\s*and|,\s*or|&)\s*(?:the\s+)?", re.IGNORECASE)
_TOKEN = re.compile(r"\w[\w\-]*")
_QUOTED = re.compile(r"[\"“„‘']([^\"“”„‘’']{2,200})[\"”“’']")
_NOT_RULES = ("check-", "construct-")
_LONGEST = 300  # characters of a question; the ways to lay names into templates grow with a power of their number
_THRESHOLD = 0.5
_MARGIN = 0.005  # two queries that fit as well as each other are offered, not guessed
_SLOT_WEIGHT = 1.5
_PLAIN_SLOT = 0.5  # a slot filled by a word that the queries themselves are made of, such as "strategy"
_WITHOUT_CORE = 0.8  # what is left of a fit where the word that tells most of the template is missing
_WITH_PLAIN = 0.9
_OTHER_POLARITY = 0.8  # where only one of question and template says "no"
_NEARLY = 0.4  # below this, the order of all words is not looked at
_WORDING = 0.12  # how much of the fit hangs on the order of all words, small ones too
_WITH_STRANGE = 0.85  # for each word that neither a query nor a relation nor a name has
_COVERAGE = 0.3  # how much of the fit hangs on the words that any way to ask the query has
_ORDER = 0.4  # how much of the fit hangs on the order of words and slots
_STRANGE = 1.3  # what a word that no query knows tells more than one that a single query knows
_UNNAMED = 0.8  # what a template is worth whose slot the question fills with a name that nobody knows


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


@dataclass(frozen=True, slots=True)
class _Template:
    spec: QuerySpec
    text: str
    items: tuple[str, ...]  # stems, and slots as {name}

    @property
    def slots(self) -> tuple[Param, ...]:
        names = [i[1:-1] for i in self.items if i.startswith("{")]
        return tuple(p for name in names for p in self.spec.params if p.name == name)


@dataclass(frozen=True, slots=True)
class _Named:
    """Something in a question that can fill a slot: a name, a source, a number, a quoted text or a relation."""

    span: Span
    sort: str  # kind, source, number, text or relation
    meant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """A template laid over the question; `unnamed` is the stretch where a name should stand and none was found."""

    template: _Template
    score: float
    literal: float
    values: tuple[tuple[str, tuple[str, ...]], ...]
    missing: Param | None = None
    unnamed: Span | None = None

    @property
    def order(self) -> tuple[float, float, bool, str, str]:
        template = self.template
        return (-round(self.score, 6), -self.literal, self.missing is not None, template.spec.name, template.text)


def _templates(spec: QuerySpec) -> Iterator[_Template]:
    for text in spec.questions:
        items = [item for m in _ITEM.finditer(text) for item in ((m[0],) if m[1] else canonical(m[0]))]
        yield _Template(spec, text, tuple(items))


def choose(
    question: str, catalogue: Mapping[str, QuerySpec], lexicon: Lexicon, sources: Collection[str] = ()
) -> Choice:
    """Find the canned query that a question asks for.

    Args:
        question: The question, in English.
        catalogue: The canned queries; checks and rules are left aside.
        lexicon: The names that values are found by.
        sources: Ids of the sources that can be asked about.

    Returns:
        The query with its values.

    Raises:
        UnknownName: The query is clear and the name in it is not known, or not of the right kind.
        QueryError: No query fits, two fit alike, a value is missing, or the question is too long.
    """
    return Asking(catalogue, lexicon, sources).choose(question)


class Asking:
    """What questions are held against: the ways to ask each query, and how much each word tells.

    Example:
        >>> from irkg.catalogue import catalogue
        >>> from irkg.lexicon import shipped_lexicon
        >>> Asking(catalogue(), shipped_lexicon()).choose("Which cells recruit Tregs?").spec.name
        'who-recruits'
    """

    def __init__(self, catalogue: Mapping[str, QuerySpec], lexicon: Lexicon, sources: Collection[str] = ()) -> None:
        """Take the canned queries, the names that values are found by, and the ids of the sources."""
        specs = [s for s in catalogue.values() if not s.name.startswith(_NOT_RULES)]
        self.lexicon = lexicon
        self.sources = {s.casefold(): s for s in sources}
        self.templates = {s.name: list(_templates(s)) for s in specs}
        self.bags = {s.name: _bag(s) for s in specs}
        self.known = Counter(word for bag in self.bags.values() for word in bag)
        self.senses = Senses({r.name: [p.words for p in r.patterns] for r in lexicon.relations.values()})
        self.relations = {stem(r.name): r.iri for r in lexicon.relations.values()}

    @cached_property
    def usual(self) -> frozenset[str]:
        """The words of the queries, and of the names of kinds."""
        names = (name for kind in self.lexicon.kinds.values() for name in kind.exact)
        return frozenset(self.known) | {part for name in names for word in name.split() for part in canonical(word)}

    def weight(self, word: str) -> float:
        """Return how much a word tells: the rarer in the catalogue, the more."""
        count, known = len(self.bags), self.known.get(word)
        return log(1 + count / known) if known else _STRANGE * log(1 + count)

    def choose(self, question: str) -> Choice:
        """Find the canned query that a question asks for; see `irkg.ask.choose`."""
        return _chosen(question, self.ranked(question), self.lexicon)

    def ranked(self, question: str) -> list[_Fit]:
        """Return the best fit of each query, best first."""
        if len(question) > _LONGEST:
            raise QueryError(f"the question is longer than {_LONGEST} characters", remedy="ask one thing at a time")
        asked = _Question(question, self)
        best: list[_Fit] = []
        for templates in self.templates.values():
            fits = [fit for template in templates for fit in asked.fits(template)]
            if fits:
                best.append(min(fits, key=lambda f: f.order))
        return sorted(best, key=lambda f: f.order)


def _chosen(question: str, ranked: Sequence[_Fit], lexicon: Lexicon) -> Choice:
    if not ranked or ranked[0].score < _THRESHOLD:
        raise _declined(ranked, "no canned query answers this question")
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    if second is not None and first.score < 1 and first.score - second.score < _MARGIN:
        raise _declined(ranked, "this question can be understood in more than one way")
    values = {name: list(iris) for name, iris in first.values}
    if first.missing is not None:
        values[first.missing.name] = [_resolve(first, first.missing, question, lexicon)]
    shown = {name: " or ".join(_shown(value, lexicon) for value in found) for name, found in values.items()}
    named = [f"{name} = {text}" for name, text in shown.items()]
    why = f'it fits "{first.template.text}"' + (f" with {', '.join(named)}" if named else "")
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


def _declined(ranked: Sequence[_Fit], what: str) -> QueryError:
    near = [f.template.spec.summary for f in ranked[:3]]
    offered = " ".join(f'"{summary}"' for summary in near)
    return QueryError(
        what, remedy=f"the nearest are: {offered}; `irkg queries` lists all" if near else "see: irkg queries"
    )


def _resolve(fit: _Fit, param: Param, question: str, lexicon: Lexicon) -> str:
    if fit.unnamed is None or _sort(param) != "kind":
        raise QueryError(
            f'"{fit.template.spec.summary}" needs a {param.name}, and the question names none',
            remedy=f"ask for example: {fit.template.text}",
        )
    return lexicon.resolve(fit.unnamed.of(question), param.classes, param.name)


def _sort(param: Param) -> str:
    """Return what sort of thing fills the slot of a parameter."""
    if param.type is not ValueType.IRI:
        return "number" if param.type is ValueType.INTEGER else "text"
    if param.classes == (v.SOURCE,):
        return "source"
    return "relation" if param.classes == (v.OWL + "ObjectProperty",) else "kind"


class _Question:
    """A question, its names, and how much each word tells."""

    def __init__(self, text: str, asking: Asking) -> None:
        self.text = text
        self.asking = asking
        self.words = list(words(text))
        self.weight = asking.weight
        self.alike = asking.senses.alike
        self.names = self.kinds()
        self._reached: dict[str, bool] = {}
        self._covered: dict[tuple[str, str], float] = {}

    def kinds(self) -> list[_Named]:
        found = self.asking.lexicon.find(self.text, forgiving=True)
        return [_Named(m.span, "kind", (m.iri, *m.others)) for m in found]

    @cached_property
    def others(self) -> list[_Named]:
        """What can fill a slot and is no kind."""
        tokens = [(m[0], Span(*m.span())) for m in _TOKEN.finditer(self.text)]
        known = self.asking.sources
        return [
            *(_Named(s, "source", (v.SOURCE_NS + known[t.casefold()],)) for t, s in tokens if t.casefold() in known),
            *(_Named(s, "number", (t,)) for t, s in tokens if t.isdecimal()),
            *(_Named(Span(*m.span(1)), "text", (m[1].strip(),)) for m in _QUOTED.finditer(self.text)),
            *self.relation(tokens),
        ]

    def relation(self, tokens: Sequence[tuple[str, Span]]) -> Iterator[_Named]:
        """Yield the name of a relation that stands nearest to the word "relation", the following one first."""
        relations = self.asking.relations
        here = next((at for at, (token, _) in enumerate(tokens) if stem(token) == "relation"), None)
        found = [at for at, (token, _) in enumerate(tokens) if stem(token) in relations]
        if here is not None and found:
            at = min(found, key=lambda f: (abs(f - here), f < here))
            yield _Named(tokens[at][1], "relation", (relations[stem(tokens[at][0])],))

    def fits(self, template: _Template) -> Iterator[_Fit]:
        """Lay a template over the question in every way its slots can be filled."""
        literals = [i for i in template.items if not i.startswith("{")]
        if literals and not any(map(self.reaches, literals)):
            return
        slots = template.slots
        filled = False
        able = [n for n in (*self.names, *self.others) if any(self.value(n, p) for p in slots)] if slots else []
        for chosen in permutations(able, len(slots)):
            pairs = list(zip(slots, chosen, strict=True))
            apart = not any(a.span.overlaps(b.span) for a, b in combinations(chosen, 2))
            if apart and all(self.value(name, param) for param, name in pairs):
                filled = True
                yield self.filled(template, pairs)
        required = [p for p in slots if p.required]
        if not filled and len(slots) == len(required) == 1:
            yield self.unnamed(template, required[0])

    def reaches(self, item: str) -> bool:
        """Return whether a word of a template meets any word of the question."""
        if item not in self._reached:
            self._reached[item] = any(self.alike(item, w.stem) for w in self.words)
        return self._reached[item]

    def value(self, named: _Named, param: Param) -> str | None:
        """Return what something in the question stands for as a value of a parameter."""
        sort = _sort(param)
        if named.sort != sort:
            return None
        if sort != "kind":
            return named.meant[0]
        return next((i for i in named.meant if self.asking.lexicon.is_any(i, param.classes)), None)

    def filled(self, template: _Template, pairs: Sequence[tuple[Param, _Named]]) -> _Fit:
        values: list[tuple[str, tuple[str, ...]]] = []
        places: dict[str, Span] = {}
        taken = [name for _, name in pairs]
        for param, name in pairs:
            members = list(self.listed(name, param, taken))
            values.append((param.name, tuple(dict.fromkeys(iri for _, iri in members))))
            places[param.name] = Span(members[0][0].start, members[-1][0].end)
        score, literal = self.score(template, places)
        return _Fit(template, score, literal, tuple(values))

    def listed(self, first: _Named, param: Param, taken: Sequence[_Named]) -> Iterator[tuple[Span, str]]:
        """Yield a name and those that "and", "or" or a comma add to it."""
        value = self.value(first, param)
        if value is not None:
            yield first.span, value
        if first.sort != "kind":
            return
        end = first.span.end
        for name in self.names[self.names.index(first) + 1 :]:
            value = self.value(name, param)
            if value is None or name in taken or not _AND.fullmatch(self.text[end : name.span.start]):
                return
            yield name.span, value
            end = name.span.end

    def unnamed(self, template: _Template, param: Param) -> _Fit:
        """Take the longest run of words that the template does not know as the name that was meant."""
        runs: list[list[Word]] = [[]]
        for word in self.words:
            if any(self.alike(word.stem, item) for item in template.items):
                runs.append([])
            else:
                runs[-1].append(word)
        run = max(runs, key=len)
        span = Span(run[0].span.start, run[-1].span.end) if run and _sort(param) == "kind" else None
        score, literal = self.score(template, {param.name: span} if span else {})
        if not literal:
            score = 0.0
        return _Fit(template, score * _UNNAMED, literal, (), param, span)

    def score(self, template: _Template, places: Mapping[str, Span]) -> tuple[float, float]:
        """Return how well a template fits, and the weight of the words shared with it."""
        free = [w for w in self.words if not any(span.overlaps(w.span) for span in places.values())]
        at = {w.stem: w.span.start for w in reversed(free)}
        slots = {f"{{{name}}}": span for name, span in places.items()}
        total = sum(map(self.weight, at)) + sum(self.slot_weight(span) for span in slots.values())
        matched: list[tuple[int, int]] = []  # place in the template, place in the question
        shared = literal = 0.0
        left = dict(at)
        items = list(dict.fromkeys(template.items))
        core = max((i for i in items if not i.startswith("{")), key=self.weight, default="")
        missed = False
        for place, item in enumerate(items):
            if item in slots:
                weight = self.slot_weight(slots[item])
                total += weight
                shared += 2 * weight
                matched.append((place, slots[item].start))
                continue
            weight = _SLOT_WEIGHT if item.startswith("{") else self.weight(item)
            total += weight
            alike, word = max(((self.alike(item, w), w) for w in left), default=(0.0, ""))
            if alike:
                matched.append((place, left.pop(word)))
                shared += alike * (weight + self.weight(word))
                literal += alike * weight
            elif item == core:
                missed = True
        pairs = list(combinations(matched, 2))
        in_order = sum(a[1] <= b[1] for a, b in pairs) / len(pairs) if pairs else 1.0
        overlap = shared / total if total else 0.0
        weights = {word: self.weight(word) for word in at}
        covered = sum(weight * self.covered(word, template.spec.name) for word, weight in weights.items())
        coverage = covered / sum(weights.values()) if weights else 1.0
        fit = (1 - _COVERAGE) * overlap * (1 - _ORDER + _ORDER * in_order) + _COVERAGE * coverage
        fit *= _WITHOUT_CORE if missed else 1
        fit *= _OTHER_POLARITY if (_NOT in at) != (_NOT in items) else 1
        fit *= _WITH_PLAIN if any(self.is_plain(span) for span in slots.values()) else 1
        strange = sum(word not in self.asking.usual and not self.asking.senses.has(word) for word in at)
        fit *= _WITH_STRANGE**strange
        if fit < _NEARLY:
            return fit * (1 - _WORDING), literal
        pair = SequenceMatcher(None, sequence(self.text, places.values()), sequence(template.text), autojunk=False)
        return fit * (1 - _WORDING + _WORDING * pair.ratio()), literal

    def covered(self, word: str, query: str) -> float:
        """Return how well any way to ask a query has a word."""
        key = (word, query)
        if key not in self._covered:
            self._covered[key] = max((self.alike(word, known) for known in self.asking.bags[query]), default=0.0)
        return self._covered[key]

    def slot_weight(self, span: Span) -> float:
        """Return how much a filled slot tells: less where its words are those of the queries themselves."""
        return _PLAIN_SLOT if self.is_plain(span) else _SLOT_WEIGHT

    def is_plain(self, span: Span) -> bool:
        """Return whether a stretch holds a single word, one that the queries themselves are made of."""
        inside = [w for w in self.words if span.overlaps(w.span)]
        return len({w.span.start for w in inside}) == 1 and all(w.stem in self.asking.known for w in inside)


def _bag(spec: QuerySpec) -> frozenset[str]:
    texts = [spec.summary, " ".join(spec.tags), *(re.sub(r"\{\w+\}", " ", q) for q in spec.questions)]
    return frozenset(w.stem for text in texts for w in words(text))
