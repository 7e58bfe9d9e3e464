"""Ways to ask the canned queries, laid over a question in every manner in which its names can fill their slots."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import combinations, permutations
from math import log

from irkg.errors import IrkgError
from irkg.learned import features, masked
from irkg.lexicon import Lexicon
from irkg.model import Param, QuerySpec, Sort, Span
from irkg.phrasing import WH, Token, Word, asked_for, is_yes_or_no, laid, roles, sequence, tokens, words
from irkg.rewording import further_names
from irkg.slots import Named, Slots
from irkg.wording import Senses, canonical

(_NOT,) = canonical("without")
_AND = re.compile(
    r"\s*(?:,|and|or|,\s*and|,\s*or|&|\+|plus|/|;|as well as|along with|together with|vs\.?)\s*(?:(?:the|also)\s+)*",
    re.IGNORECASE,
)
_SLOT = re.compile(r"\{\w+\}")
_SORTS = {  # what a tag says of the values of a query
    "cell": "cell", "molecule": "molecule", "pathway": "pathway", "process": "biological process",
    "mechanism": "resistance mechanism", "strategy": "strategy",
}  # fmt: skip
_PERSONS = "person or group"
_PLACES = ("tumor", "tumor microenvironment", "cancer", "malignant tumor", "solid tumor")  # where all of it happens
_SLOT_WEIGHT = 1.5
_PLAIN_SLOT = 0.5  # a slot filled by a word that the queries themselves are made of, such as "strategy"
_WITHOUT_CORE = 0.8  # what is left of a fit where the word that tells most of the template is missing
_WITH_PLAIN = 0.9  # where such a word, or what another query is made for, such as "immune therapy", is a value
_OTHER_POLARITY = 0.8  # where only one of question and template says "no"
_ASKED_FOR = 0.8  # where the name of what is asked for, "which chemokines", is taken for a value
_BACKING = 0.25  # how much of the fit of a query hangs on a second way to ask it
_NEARLY_AS_GOOD = 0.8  # beside the best fit of a query, one that takes up more names
_WANTED = 0.6  # how much a word tells that says of which sort the answer should be: "which chemokines"
_UNUSED = 0.85  # for each name in the question that the answer would leave aside
_OTHER_ROLE = 0.75  # for each value that does what is done to it in the template, or the other way round
_OTHER_MOOD = 0.85  # where the question asks "who" or "what", and the template can be answered with yes or no
_OTHER_HEAD = 0.85  # where one asks for strategies without a mechanism, the other for mechanisms without a strategy
_OTHER_SORT = 0.97  # for each value of another sort than the tags of the query name
_UNMET = 0.9  # where the word that tells most of the question is met by no way to ask the query
_COVERED = 0.9  # how much alike two words must be to meet
_SWAPPED = 0.9  # for two values that stand in another order than in the template
_NEARLY = 0.4  # below this, the order of all words is not looked at
_WORDING = 0.12  # how much of the fit hangs on the order of all words, small ones too
_WORDING_ALONE = 0.3  # the same where the template has no telling word, as in "what does {subject} do"
_WITH_STRANGE = 0.85  # for each word that neither a query nor a relation nor a name has
_COVERAGE = 0.3  # how much of the fit hangs on the words that any way to ask the query has
_ORDER = 0.4  # how much of the fit hangs on the order of words and slots
_STRANGE = 1.3  # what a word that no query knows tells more than one that a single query knows
_UNNAMED = 0.8  # what a template is worth whose slot the question fills with a name that nobody knows
_KNOWN = 0.8  # for each word of such a name that the queries themselves are made of


@dataclass(frozen=True, slots=True)
class Template:
    """A way to ask a query.

    Attributes:
        spec: The query.
        text: The way to ask, as its header has it.
        items: Its telling words as stems, and its slots as {name}, in order.
        sequence: All its words.
        roles: Which slots do something, and to which something is done.
        asked: Slots for what is asked for, as in "which {kind} are mentioned".
        yes_or_no: Whether it can be answered with yes or no.
    """

    spec: QuerySpec
    text: str
    items: tuple[str, ...]
    sequence: tuple[str, ...]
    roles: Mapping[str, str]
    asked: frozenset[str]
    yes_or_no: bool

    @property
    def slots(self) -> tuple[Param, ...]:
        """The parameters that its slots stand for."""
        names = [i[1:-1] for i in self.items if i.startswith("{")]
        return tuple(p for name in names for p in self.spec.params if p.name == name)


@dataclass(frozen=True, slots=True)
class Fit:
    """A template laid over a question.

    Attributes:
        template: The template.
        score: How well it fits, 0 to 1.
        literal: How much the words tell that question and template share.
        values: The values of parameters.
        missing: The parameter that no value was found for.
        unnamed: The stretch where a name should stand and none was found.
    """

    template: Template
    score: float
    literal: float
    values: tuple[tuple[str, tuple[str, ...]], ...]
    missing: Param | None = None
    unnamed: Span | None = None

    @property
    def order(self) -> tuple[float, float, bool, str, str]:
        """What fits are sorted by, the best first."""
        template = self.template
        return (-round(self.score, 6), -self.literal, self.missing is not None, template.spec.name, template.text)


def templates(spec: QuerySpec) -> Iterator[Template]:
    """Yield the ways to ask a query."""
    for text in spec.questions:
        found = tokens(text)
        items = tuple(item for token in found for item in token.stems)
        asked = frozenset(asked_for(found))
        yield Template(spec, text, items, tuple(sequence(found)), roles(found), asked, is_yes_or_no(found))


class Ways:
    """All ways to ask, and how much each word tells."""

    def __init__(self, specs: Sequence[QuerySpec], lexicon: Lexicon, slots: Slots) -> None:
        """Take the queries, the names that values are found by, and what else can fill a slot."""
        self.lexicon = lexicon.with_names(further_names(lexicon))
        self.slots = slots
        self.templates = {s.name: list(templates(s)) for s in specs}
        self.bags = {s.name: _bag(s, self.templates[s.name]) for s in specs}
        self.known = Counter(word for bag in self.bags.values() for word in bag)
        self.senses = Senses({r.name: [p.words for p in r.patterns] for r in lexicon.relations.values()})
        self.plain = [
            frozenset(w.stem for w in words(f"{s.summary} {' '.join(s.tags)}")) for s in specs if not s.params
        ]
        self._sorts = dict(self._classes())
        self._persons: dict[str, bool] = {}
        self._weights: dict[str, float] = {}
        self._belongs: dict[tuple[str, tuple[str, ...]], bool] = {}
        self._sorts_of: dict[str, set[str]] = {}

    def _classes(self) -> Iterator[tuple[str, str]]:
        for tag, name in _SORTS.items():
            try:
                yield tag, self.lexicon.resolve(name)
            except IrkgError:  # a lexicon of another field
                continue

    @cached_property
    def usual(self) -> frozenset[str]:
        """The words of the queries, and of the names of kinds."""
        names = (name for kind in self.lexicon.kinds.values() for name in kind.exact)
        return frozenset(self.known) | {part for name in names for word in name.split() for part in canonical(word)}

    def weight(self, word: str) -> float:
        """Return how much a word tells: the rarer in the catalogue, the more."""
        if word not in self._weights:
            count, known = len(self.bags), self.known.get(word)
            self._weights[word] = log(1 + count / known) if known else _STRANGE * log(1 + count)
        return self._weights[word]

    def belongs(self, iri: str, param: Param) -> bool:
        """Return whether a kind belongs to the classes of a parameter."""
        key = (iri, param.classes)
        if key not in self._belongs:
            self._belongs[key] = self.lexicon.is_any(iri, param.classes)
        return self._belongs[key]

    def is_person(self, iri: str) -> bool:
        """Return whether a kind is one of persons."""
        if iri not in self._persons:
            self._persons[iri] = any(self.lexicon.label(above) == _PERSONS for above in self.lexicon.ancestors(iri))
        return self._persons[iri]

    def is_place(self, iri: str) -> bool:
        """Return whether a kind is the tumor or cancer in general."""
        return self.lexicon.label(iri) in _PLACES

    def sorts(self, iri: str) -> set[str]:
        """Return of which sorts a kind is that tags speak of, such as "mechanism"."""
        if iri not in self._sorts_of:
            above = self.lexicon.ancestors(iri)
            self._sorts_of[iri] = {tag for tag, cls in self._sorts.items() if cls in above}
        return self._sorts_of[iri]

    def of_other_sort(self, iri: str, spec: QuerySpec) -> bool:
        """Return whether a kind belongs to sorts of which the tags of a query name others only."""
        own = self.sorts(iri)
        named = self._sorts.keys() & set(spec.tags)
        return bool(named and own) and not named & own


class Question:
    """A question and its names, held against the ways to ask."""

    def __init__(self, text: str, ways: Ways) -> None:
        """Take the question apart."""
        self.text = text
        self.ways = ways
        self.tokens = tokens(text)
        self.alike = ways.senses.alike
        found = ways.lexicon.find(text, forgiving=True)
        self.names = [Named(m.span, Sort.KIND, (m.iri, *m.others)) for m in found]
        self.wanted = [n for n in self.names if asked_for(laid(self.tokens, {"name": n.span}))]
        aside = [n.span for n in self.names if self.is_aside(n)]
        told = (t for t in self.tokens if not any(span.overlaps(t.span) for span in aside))
        self.words = [Word(token.span, part) for token in told for part in token.stems]
        self._wanted = {w.stem for w in self.words if any(n.span.overlaps(w.span) for n in self.wanted)}
        self.head = self.words[0].stem if self.words else ""
        self.wh = bool(self.tokens) and self.tokens[0].text in WH
        self._reached: dict[str, bool] = {}
        self._laid: dict[tuple[tuple[str, Span], ...], tuple[list[Token], dict[str, str]]] = {}
        self._plain: dict[Span, bool] = {}
        self._covered: dict[tuple[str, str], float] = {}

    @cached_property
    def masked(self) -> str:
        """The question, or a way to ask, with its names replaced by what they are."""
        return masked(self.text, [(n.span, n.sort.value) for n in self._masked])

    @cached_property
    def sorts(self) -> list[str]:
        """Of which sorts its kinds are, such as "mechanism"."""
        kinds = (n for n in self._masked if n.sort is Sort.KIND)
        return [sort for kind in kinds for sort in sorted(self.ways.sorts(kind.meant[0]))]

    @cached_property
    def features(self) -> Counter[str]:
        """What of it the learned weights are for."""
        return features(self.masked, self.sorts)

    @cached_property
    def _masked(self) -> list[Named]:
        slots = [Span(*m.span()) for m in _SLOT.finditer(self.text)]
        return [n for n in (*self.names, *self.others) if not any(n.span.overlaps(slot) for slot in slots)]

    def is_aside(self, named: Named) -> bool:
        """Return whether a name tells who asks or where, as in "what can a clinician do against hypoxia in tumors"."""
        if any(self.ways.is_person(iri) for iri in named.meant):
            return True
        before = [t.text for t in self.tokens if t.span.end <= named.span.start][-2:]
        return any(word in ("in", "within", "inside") for word in before) and any(
            self.ways.is_place(iri) for iri in named.meant
        )

    def weight(self, word: str) -> float:
        """Return how much a word tells: less where it only says of which sort the answer should be."""
        return self.ways.weight(word) * (_WANTED if word in self._wanted else 1)

    @cached_property
    def others(self) -> list[Named]:
        """What can fill a slot and is no kind."""
        return self.ways.slots.find(self.text, [n.span for n in self.names])

    def best(self) -> list[Fit]:
        """Return the best fit of each query, best first."""
        fits = ([fit for template in ways for fit in self.fits(template)] for ways in self.ways.templates.values())
        return sorted((_backed(some) for some in fits if some), key=lambda f: f.order)

    def bare(self, spec: QuerySpec) -> Fit:
        """Return a query that no way to ask fits, with the names of the question as its values where they can be."""
        required = [p for p in spec.params if p.required]
        items = tuple(f"{{{p.name}}}" for p in required)
        template = Template(spec, spec.summary, items, items, {}, frozenset(), False)
        found = min(self.fits(template), key=lambda f: f.order, default=None)
        missing = found.missing if found else next(iter(required), None)
        return Fit(template, 0.0, 0.0, found.values if found else (), missing)

    def fits(self, template: Template) -> Iterator[Fit]:
        """Lay a template over the question in every way its slots can be filled."""
        literals = [i for i in template.items if not i.startswith("{")]
        if literals and not any(map(self.reaches, literals)):
            return
        slots = template.slots
        filled = False
        able = [n for n in (*self.names, *self.others) if any(self.value(n, p) for p in slots)] if slots else []
        for chosen in permutations(able, len(slots)):
            pairs = list(zip(slots, chosen, strict=True))
            apart = not any(a.span.overlaps(b.span) or a.meant == b.meant for a, b in combinations(chosen, 2))
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

    def value(self, named: Named, param: Param) -> str | None:
        """Return what something in the question stands for as a value of a parameter."""
        if named.sort is not param.sort:
            return None
        if named.sort is not Sort.KIND:
            return named.meant[0]
        return next((i for i in named.meant if self.ways.belongs(i, param)), None)

    def filled(self, template: Template, pairs: Sequence[tuple[Param, Named]]) -> Fit:
        """Lay a template over the question with names in its slots."""
        values: list[tuple[str, tuple[str, ...]]] = []
        places: dict[str, Span] = {}
        taken = [name for _, name in pairs]
        for param, name in pairs:
            members = list(self.listed(name, param, taken))
            values.append((param.name, tuple(dict.fromkeys(iri for _, iri in members))))
            places[param.name] = Span(members[0][0].start, members[-1][0].end)
        score, literal = self.score(template, places)
        kinds = [found[0] for (param, _), (_, found) in zip(pairs, values, strict=True) if param.sort is Sort.KIND]
        score *= _OTHER_SORT ** sum(self.ways.of_other_sort(iri, template.spec) for iri in kinds)
        return Fit(template, score, literal, tuple(values))

    def listed(self, first: Named, param: Param, taken: Sequence[Named]) -> Iterator[tuple[Span, str]]:
        """Yield a name and those that "and", "or" or a comma add to it."""
        value = self.value(first, param)
        if value is not None:
            yield first.span, value
        if first.sort is not Sort.KIND:
            return
        end = first.span.end
        for name in self.names[self.names.index(first) + 1 :]:
            value = self.value(name, param)
            if value is None or name in taken or not _AND.fullmatch(self.text[end : name.span.start]):
                return
            yield name.span, value
            end = name.span.end

    def unnamed(self, template: Template, param: Param) -> Fit:
        """Take the longest run of words that the template does not know as the name that was meant."""
        runs: list[list[Word]] = [[]]
        for word in self.words:
            if any(self.alike(word.stem, item) for item in template.items):
                runs.append([])
            else:
                runs[-1].append(word)
        run = max(runs, key=len)
        span = Span(run[0].span.start, run[-1].span.end) if run and param.sort is Sort.KIND else None
        score, literal = self.score(template, {param.name: span} if span else {})
        if not literal:
            score = 0.0
        known = sum(w.stem in self.ways.known for w in run if not any(n.span.overlaps(w.span) for n in self.names))
        return Fit(template, score * _UNNAMED * _KNOWN**known, literal, (), param, span)

    def score(self, template: Template, places: Mapping[str, Span]) -> tuple[float, float]:
        """Return how well a template fits, and the weight of the words shared with it."""
        free = [w for w in self.words if not any(span.overlaps(w.span) for span in places.values())]
        at = {w.stem: w.span.start for w in reversed(free)}
        text, played = self.laid(places)
        plain = not template.roles or any(role != played.get(name) for name, role in template.roles.items())
        overlap, literal, missed = self.overlap(template, places, at, ordered=plain)
        weights = {word: self.weight(word) for word in at}
        covered = sum(weight * self.covered(word, template.spec.name) for word, weight in weights.items())
        coverage = covered / sum(weights.values()) if weights else 1.0
        fit = (1 - _COVERAGE) * overlap + _COVERAGE * coverage
        fit *= _WITHOUT_CORE if missed else 1
        fit *= _OTHER_POLARITY if (_NOT in at) != (_NOT in template.items) else 1
        fit *= _WITH_PLAIN if any(self.is_plain(span) for span in places.values()) else 1
        fit *= _WITH_STRANGE ** sum(word not in self.ways.usual and not self.ways.senses.has(word) for word in at)
        if fit < _NEARLY:
            return fit * (1 - _WORDING), literal
        fit *= _OTHER_ROLE ** sum(role != played.get(name, role) for name, role in template.roles.items())
        fit *= _OTHER_HEAD if self.other_head(template, at) else 1
        fit *= _OTHER_MOOD if template.yes_or_no and self.wh else 1
        fit *= _ASKED_FOR ** len(asked_for(text) - template.asked)
        fit *= _UNUSED ** self.unused(template, places.values())
        pair = SequenceMatcher(None, sequence(text), template.sequence, autojunk=False)
        wording = _WORDING if any(not i.startswith("{") for i in template.items) else _WORDING_ALONE
        return fit * (1 - wording + wording * pair.ratio()), literal

    def laid(self, places: Mapping[str, Span]) -> tuple[list[Token], dict[str, str]]:
        """Return the words of the question with slots in their places, and the roles that the slots play."""
        key = tuple(places.items())
        if key not in self._laid:
            text = laid(self.tokens, places)
            self._laid[key] = text, roles(text)
        return self._laid[key]

    def overlap(
        self, template: Template, places: Mapping[str, Span], at: Mapping[str, int], *, ordered: bool
    ) -> tuple[float, float, bool]:
        """Return how far words and slots of question and template are the same, and in the same order.

        Args:
            template: The template.
            places: Where its slots stand in the question.
            at: The free words of the question, with where they stand.
            ordered: Whether the order counts, because who does what to whom is not plain otherwise.

        Returns:
            The overlap from 0 to 1, the weight of the words shared, and whether the most telling word is missing.
        """
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
        asked = max(at, key=self.weight, default="")
        unmet = asked in left and self.covered(asked, template.spec.name) < _COVERED
        pairs = list(combinations(matched, 2)) if ordered else []
        in_order = sum(a[1] <= b[1] for a, b in pairs) / len(pairs) if pairs else 1.0
        same = shared / total if total else 0.0
        swapped = sum(a[1] > b[1] for a, b in pairs if items[a[0]] in slots and items[b[0]] in slots)
        same *= _UNMET if unmet else 1
        return same * _SWAPPED**swapped * (1 - _ORDER + _ORDER * in_order), literal, missed

    def other_head(self, template: Template, at: Collection[str]) -> bool:
        """Return whether question and template share the words that they begin with, and begin with the other's."""
        head = next((i for i in template.items if not i.startswith("{")), "")
        return head != self.head and head in at and self.head in template.items and self.head in at

    def unused(self, template: Template, taken: Collection[Span]) -> int:
        """Return how many names of the question a template leaves aside, but for those of what is asked for."""
        bag = self.ways.bags[template.spec.name]
        used = {n.meant for n in self.names if any(n.span.overlaps(span) for span in taken)}
        free = [n for n in self.names if n not in self.wanted and n.meant not in used and not self.is_aside(n)]
        return sum(any(w.stem not in bag for w in self.words if w.span.overlaps(n.span)) for n in free)

    def covered(self, word: str, query: str) -> float:
        """Return how well any way to ask a query has a word."""
        key = (word, query)
        if key not in self._covered:
            self._covered[key] = max((self.alike(word, known) for known in self.ways.bags[query]), default=0.0)
        return self._covered[key]

    def slot_weight(self, span: Span) -> float:
        """Return how much a filled slot tells: less where its words are those of the queries themselves."""
        return _PLAIN_SLOT if self.is_plain(span) else _SLOT_WEIGHT

    def is_plain(self, span: Span) -> bool:
        """Return whether a stretch holds a word that the queries are made of, or what a query by itself is about."""
        if span not in self._plain:
            inside = [w for w in self.words if span.overlaps(w.span)]
            stems = {w.stem for w in inside}
            single = len({w.span.start for w in inside}) == 1 and stems <= self.ways.known.keys()
            self._plain[span] = bool(inside) and (single or any(stems <= own for own in self.ways.plain))
        return self._plain[span]


def _backed(fits: Sequence[Fit]) -> Fit:
    """Return the best fit of a query, worth less where no second way to ask it fits with the same values.

    Where a fit that is nearly as good takes up more names of the question, it is the best.
    """
    top = min(fits, key=lambda f: f.order)
    fuller = (f for f in fits if set(f.values) > set(top.values) and f.score >= _NEARLY_AS_GOOD * top.score)
    first = min(fuller, key=lambda f: f.order, default=top)
    if first.score >= 1:
        return first
    others = (f.score for f in fits if f.values == first.values and f.template is not first.template)
    return replace(first, score=first.score * (1 - _BACKING) + _BACKING * max(others, default=0.0))


def _bag(spec: QuerySpec, ways: Sequence[Template]) -> frozenset[str]:
    told = (w.stem for w in words(f"{spec.summary} {' '.join(spec.tags)}"))
    return frozenset((*told, *(item for way in ways for item in way.items if not item.startswith("{"))))
