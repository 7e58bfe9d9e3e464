"""From a question in English to a canned query and its values: deterministic, offline, and able to decline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from math import log

from irkg.errors import QueryError
from irkg.lexicon import Lexicon, NameMatch
from irkg.model import Param, QuerySpec, Span

_WORD = re.compile(r"\w[\w\-]*")
_ITEM = re.compile(r"\{(\w+)\}|\w[\w\-]*")
_AND = re.compile(r"\s*(?:,|and|or|,\s*and|,\s*or|&)\s*", re.IGNORECASE)
_STOP = frozenset(
    "a an and any are at be been can could did do does for from had has have how i in is it its me might my of on "
    "or our please so some that the their them these they this those to was we were what when where which "
    "while who whom whose why will with would you".split()
)
_NOT_RULES = ("check-", "construct-")
_LONGEST = 300  # characters of a question; the ways to lay names into templates grow with a power of their number
_THRESHOLD = 0.5
_SLOT_WEIGHT = 1.5
_UNNAMED = 0.8  # what a template is worth whose slot the question fills with a name that nobody knows


@dataclass(frozen=True, slots=True)
class Choice:
    """The query that a question asks for.

    Attributes:
        spec: The canned query.
        values: IRIs of the classes given for its parameters.
        why: Which way to ask matched, and with which values.
        runner_up: Name of the next best query, where one came close.
        score: How well it fits, 0 to 1.
    """

    spec: QuerySpec
    values: dict[str, list[str]]
    why: str
    runner_up: str | None
    score: float


@dataclass(frozen=True, slots=True)
class _Word:
    span: Span
    stem: str


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


def stem(word: str) -> str:
    """Fold the endings of English words, just enough for a question and a template to meet.

    Example:
        >>> [stem(w) for w in ("therapies", "overcoming", "overcome", "causes", "recruited", "stopped")]
        ['therapy', 'overcom', 'overcom', 'caus', 'recruit', 'stop']
    """
    word = word.casefold()
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _words(text: str) -> list[_Word]:
    found = ((m, m[0].casefold()) for m in _WORD.finditer(text))
    return [_Word(Span(*m.span()), stem(word)) for m, word in found if word not in _STOP]


def _templates(spec: QuerySpec) -> Iterator[_Template]:
    for text in spec.questions:
        items = [m[0] if m[1] else stem(m[0]) for m in _ITEM.finditer(text) if m[1] or m[0].casefold() not in _STOP]
        yield _Template(spec, text, tuple(items))


def choose(question: str, catalogue: Mapping[str, QuerySpec], lexicon: Lexicon) -> Choice:
    """Find the canned query that a question asks for.

    Args:
        question: The question, in English.
        catalogue: The canned queries; checks and rules are left aside.
        lexicon: The names that values are found by.

    Returns:
        The query with its values.

    Raises:
        UnknownName: The query is clear and the name in it is not known, or not of the right kind.
        QueryError: No query fits, a value is missing, or the question is too long.
    """
    if len(question) > _LONGEST:
        raise QueryError(f"the question is longer than {_LONGEST} characters", remedy="ask one thing at a time")
    specs = [s for s in catalogue.values() if not s.name.startswith(_NOT_RULES)]
    asked = _Question(question, lexicon, specs)
    best: dict[str, _Fit] = {}
    for spec in specs:
        fits = [fit for template in _templates(spec) for fit in asked.fits(template)]
        if fits:
            best[spec.name] = min(fits, key=lambda f: f.order)
    ranked = sorted(best.values(), key=lambda f: f.order)
    if not ranked or ranked[0].score < _THRESHOLD:
        raise _declined(ranked)
    first = ranked[0]
    values = {name: list(iris) for name, iris in first.values}
    if first.missing is not None:
        values[first.missing.name] = [_resolve(first, first.missing, question, lexicon)]
    named = [f"{name} = {' or '.join(map(lexicon.label, iris))}" for name, iris in values.items()]
    why = f'it fits "{first.template.text}"' + (f" with {', '.join(named)}" if named else "")
    close = len(ranked) > 1 and ranked[1].score >= _THRESHOLD
    return Choice(
        first.template.spec, values, why, ranked[1].template.spec.name if close else None, round(first.score, 3)
    )


def _declined(ranked: Sequence[_Fit]) -> QueryError:
    near = [f.template.spec.summary for f in ranked[:3]]
    offered = " ".join(f'"{summary}"' for summary in near)
    return QueryError(
        "no canned query answers this question",
        remedy=f"the nearest are: {offered}; `irkg queries` lists all" if near else "see: irkg queries",
    )


def _resolve(fit: _Fit, param: Param, question: str, lexicon: Lexicon) -> str:
    if fit.unnamed is None:
        raise QueryError(
            f'"{fit.template.spec.summary}" needs a {param.name}, and the question names none',
            remedy=f"ask for example: {fit.template.text}",
        )
    return lexicon.resolve(fit.unnamed.of(question), param.classes, param.name)


class _Question:
    """A question, its names, and how much each word tells."""

    def __init__(self, text: str, lexicon: Lexicon, specs: Sequence[QuerySpec]) -> None:
        self.text = text
        self.lexicon = lexicon
        self.names = lexicon.find(text, forgiving=True)
        self.words = _words(text)
        self.bags = {s.name: _bag(s) for s in specs}
        self.count = len(specs)
        self.known = Counter(word for bag in self.bags.values() for word in bag)

    def weight(self, word: str) -> float:
        """Return how much a word tells: the rarer in the catalogue, the more."""
        return log(1 + self.count / self.known.get(word, 1))

    def fits(self, template: _Template) -> Iterator[_Fit]:
        """Lay a template over the question in every way its slots can be filled."""
        slots = template.slots
        filled = False
        for chosen in permutations(self.names, len(slots)):
            pairs = list(zip(slots, chosen, strict=True))
            if all(self.value(name, param) for param, name in pairs):
                filled = True
                yield self.filled(template, pairs)
        required = [p for p in slots if p.required]
        if not filled and len(slots) == len(required) == 1:
            yield self.unnamed(template, required[0])

    def value(self, name: NameMatch, param: Param) -> str | None:
        """Return the class that a name stands for as a value of a parameter."""
        iris = (name.iri, *name.others)
        fitting = (i for i in iris if not param.classes or any(self.lexicon.is_a(i, c) for c in param.classes))
        return next(fitting, None)

    def filled(self, template: _Template, pairs: Sequence[tuple[Param, NameMatch]]) -> _Fit:
        values: list[tuple[str, tuple[str, ...]]] = []
        places: dict[str, Span] = {}
        for param, name in pairs:
            members = list(self.listed(name, param))
            values.append((param.name, tuple(dict.fromkeys(iri for _, iri in members))))
            places[param.name] = Span(members[0][0].start, members[-1][0].end)
        score, literal = self.score(template, places)
        return _Fit(template, score, literal, tuple(values))

    def listed(self, first: NameMatch, param: Param) -> Iterator[tuple[Span, str]]:
        """Yield a name and those that "and", "or" or a comma add to it."""
        end = first.span.start
        for name in self.names[self.names.index(first) :]:
            iri = self.value(name, param)
            if iri is None or (name is not first and not _AND.fullmatch(self.text[end : name.span.start])):
                return
            yield name.span, iri
            end = name.span.end

    def unnamed(self, template: _Template, param: Param) -> _Fit:
        """Take the longest run of words that the template does not know as the name that was meant."""
        runs: list[list[_Word]] = [[]]
        for word in self.words:
            if word.stem in template.items:
                runs.append([])
            else:
                runs[-1].append(word)
        run = max(runs, key=len)
        span = Span(run[0].span.start, run[-1].span.end) if run else None
        score, literal = self.score(template, {param.name: span} if span else {})
        if not literal:
            score = 0.0
        return _Fit(template, score * _UNNAMED, literal, (), param, span)

    def score(self, template: _Template, places: Mapping[str, Span]) -> tuple[float, float]:
        """Return how well a template fits, and the weight of the words shared with it."""
        free = [w for w in self.words if not any(span.overlaps(w.span) for span in places.values())]
        at = {w.stem: w.span.start for w in reversed(free)}
        at |= {f"{{{name}}}": span.start for name, span in places.items()}
        shared = [item for item in dict.fromkeys(template.items) if item in at]
        total = sum(map(self.item_weight, at)) + sum(map(self.item_weight, set(template.items)))
        overlap = 2 * sum(map(self.item_weight, shared)) / total if total else 0.0
        pairs = list(combinations(shared, 2))
        in_order = sum(at[a] < at[b] for a, b in pairs) / len(pairs) if pairs else 1.0
        bag = self.bags[template.spec.name]
        weights = {w.stem: self.weight(w.stem) for w in free}
        covered = sum(weight for word, weight in weights.items() if word in bag)
        coverage = covered / sum(weights.values()) if weights else 0.0
        literal = sum(self.weight(item) for item in shared if not item.startswith("{"))
        return 0.85 * overlap * (0.6 + 0.4 * in_order) + 0.15 * coverage, literal

    def item_weight(self, item: str) -> float:
        return _SLOT_WEIGHT if item.startswith("{") else self.weight(item)


def _bag(spec: QuerySpec) -> frozenset[str]:
    texts = [spec.summary, " ".join(spec.tags), *(re.sub(r"\{\w+\}", " ", q) for q in spec.questions)]
    return frozenset(w.stem for text in texts for w in _words(text))
