"""Words of questions: their stems, those that tell nothing, and those that mean the same when a graph is asked.

What the relations of the field are called by, the ontology says; here stand words about claims, sources and counting.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from irkg.model import Span

_WORD = re.compile(r"\w[\w\-]*(?:['’](?!s\b)\w+)?")
_PIECE = re.compile(rf"\{{\w+\}}|{_WORD.pattern}")
_STOP = frozenset(
    "a an and any anybody anyone anything are at be been being can could currently did do does done every "
    "exactly for from get gets getting give given gives had happen happening has have having help how i "
    "if in into is it its let list look looking me might my now of off on or our out over please possibly "
    "really see show so some somebody someone something such tell than that the their them then there "
    "these they thing this those to up us want was we were what when where whether which while who whom "
    "whose why will wish with would you your am all both e.g i.e i'm what's find question answer "
    "available existing exist different various certain particular current overview able order go going "
    "one's factor factors summarise summarize regarding concerning become becomes becoming carry carries "
    "carried indeed actually ever still yet much more most well also too very enlighten interested wonder "
    "wondering curious specific specifically general "
    "generally overall per according therefore thus here word words".split()
) - {"all", "both", "certain", "particular", "overview", "up", "out", "off", "over"}
# Groups of words that ask for the same; the first stands for all of them.
_SAME = (
    "claim statement assertion",
    "source article paper publication literature study text",
    "strategy therapy treatment approach intervention regimen counter-strategy countermeasure",
    "drug agent antibody medicine compound",
    "say state report write assert discuss",
    "mention speak occur appear",
    "count number many often frequency frequent distribution distribute frequently",
    "cite citation reference",
    "without no not lack lacking missing never none nothing nobody neither absent cannot deny denial negate negated",
    "hedge hedging tentative speculative speculate uncertain hope guarded cautious vague",
    "certain certainty sure outright definite confident confidence strength",
    "contradict contradiction conflict inconsistent inconsistency disagree disagreement clash tension oppose",
    "agree agreement same both concur consensus",
    "share common overlap",
    "kind type sort subtype subclass variety example instance category",
    "class classify classification superclass ancestor parent taxonomy hierarchy",
    "part component ingredient element constituent consist compose comprise contain include",
    "once single one",
    "only merely solely just alone purely exclusively",
    "define definition",
    "chain path route step intermediate intermediary cascade",
    "effect consequence impact result outcome downstream",
    "combination combine together jointly",
    "small minimal minimum few least",
    "section heading chapter",
    "evidence sentence proof passage",
    "compare comparison versus vs contrast",
    "new novelty additional",
    "analysis analyze analyse examine assess investigate",
    "possible allow permit enable",
    "author writer",
    "mechanism way",
    "against around despite",
)
# Words with a meaning of their own inside.
_SPLIT = {
    "uncited": ("without", "cite"),
    "unreferenced": ("without", "cite"),
    "uncovered": ("without", "cover"),
    "unaddressed": ("without", "address"),
    "unhedged": ("without", "hedge"),
    "unclear": ("without", "certain"),
    "immunotherapy": ("immune", "therapy"),
    "immunotherapies": ("immune", "therapy"),
    "bibliography": ("list", "source"),
    **dict.fromkeys("don't doesn't didn't isn't aren't wasn't can't won't".split(), ("without",)),
}
_IRREGULAR = {
    "said": "say", "wrote": "write", "written": "write", "spoken": "speak", "made": "make", "brought": "bring",
    "taken": "take", "drawn": "draw", "driven": "drive", "fought": "fight", "found": "find", "hidden": "hide",
    "lost": "lose", "led": "lead", "overcame": "overcome", "undergone": "undergo", "underwent": "undergo",
    "bound": "bind", "arisen": "arise", "arose": "arise", "given": "give", "known": "know", "fewest": "few",
    "smallest": "small", "analyses": "analysis", "hit": "hit", "hypotheses": "hypothesis",
}  # fmt: skip
_AUXILIARY = {"are": "is", "was": "is", "were": "is", "be": "is", "does": "do", "did": "do", "an": "a", "who": "what"}
_LINKS = frozenset("X Y of by in with to for on at from against as into and the a".split())


def stem(word: str) -> str:
    """Fold the endings of English words, just enough for a question and a template to meet.

    Example:
        >>> [stem(w) for w in ("therapies", "overcoming", "overcome", "causes", "recruited", "stopped")]
        ['therapy', 'overcom', 'overcom', 'caus', 'recruit', 'stop']
    """
    word = word.casefold().replace("tumour", "tumor").replace("lyse", "lyze").replace("lysing", "lyzing")
    word = _IRREGULAR.get(word, word)
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


_CANONICAL = {stem(word): stem(group.split()[0]) for group in _SAME for word in group.split()}


@dataclass(frozen=True, slots=True)
class Word:
    """A word that tells something.

    Attributes:
        span: Where it stands.
        stem: Its stem, or that of the word that stands for its group.
    """

    span: Span
    stem: str


def canonical(word: str) -> tuple[str, ...]:
    """Return what a word stands for: nothing, one stem, or several.

    Example:
        >>> [canonical(w) for w in ("the", "statements", "uncited", "recruits")]
        [(), ('claim',), ('without', 'cit'), ('recruit',)]
    """
    low = word.casefold().replace("’", "'")
    if low in _STOP:
        return ()
    stems = (stem(part) for part in _SPLIT.get(low, (low,)))
    return tuple(_CANONICAL.get(s, s) for s in stems)


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text that tell something, in order."""
    for match in _WORD.finditer(text):
        for stem_ in canonical(match[0]):
            yield Word(Span(*match.span()), stem_)


def sequence(text: str, slots: Collection[Span] = ()) -> list[str]:
    """Return all words of a text as stems, in order, each slot as `{}`.

    Args:
        text: A question, or a way to ask one with slots as {name}.
        slots: Where the slots stand in a question.

    Example:
        >>> sequence("Why are {kind} recruited?")
        ['why', 'is', '{}', 'recruit']
    """
    found: list[str] = []
    open_slots = sorted(slots, key=lambda s: s.start)
    for match in _PIECE.finditer(text):
        span = Span(*match.span())
        while open_slots and open_slots[0].end <= span.start:
            found.append("{}")
            del open_slots[0]
        if open_slots and open_slots[0].overlaps(span):
            continue
        low = match[0].casefold()
        found.extend(["{}"] if low[0] == "{" else [_AUXILIARY.get(low, low)] if low in _STOP else canonical(low))
    return [*found, *("{}" for _ in open_slots)]


class Senses:
    """Which relations words may express, by the cues of the ontology."""

    def __init__(self, cues: Mapping[str, Iterable[tuple[str, ...]]]) -> None:
        """Take the cues: from the name of a relation to its patterns, as words with X and Y."""
        found: dict[str, set[str]] = defaultdict(set)
        for relation, patterns in cues.items():
            for pattern in patterns:
                telling = [w for w in pattern if w not in _LINKS]
                if len(telling) == 1:
                    for part in canonical(telling[0]):
                        found[part].add(relation)
        self._of = {word: frozenset(relations) for word, relations in found.items()}

    def has(self, word: str) -> bool:
        """Return whether a stem is a cue of a relation."""
        return word in self._of

    def alike(self, first: str, second: str) -> float:
        """Return how much alike two stems are, 0 to 1: the same, or cues of a relation that they share."""
        if first == second:
            return 1.0
        ours, theirs = self._of.get(first), self._of.get(second)
        if not ours or not theirs:
            return 0.0
        common = len(ours & theirs)
        return 0.5 + 0.4 * common / len(ours | theirs) if common else 0.0
