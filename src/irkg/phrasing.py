"""The turns of a question: its words in order, turns of phrase read as one word, and who does what to whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from irkg.model import Span
from irkg.wording import IRREGULAR, STOP, canonical, stem

_WORD = re.compile(r"\w[\w\-]*(?:['’](?!s\b)\w+)?")
_PIECE = re.compile(rf"\{{\w+\}}|{_WORD.pattern}")
_FRONTED = re.compile(
    r"(?P<topic>[^?.:]{2,60}?)\s*(?:\s[-–—]|:|,)\s+(?P<before>(?:what|which|who|whom|how|why|by|to|is|are|does|do|can)\b.*?)"
    r"\b(?:it|they|them)\b(?P<after>.*)",
    re.IGNORECASE,
)
_BARE = re.compile(r"\s*(?:(?:the|a|an)\s+)?[\w\-/]+(?:\s[\w\-/]+)?(?:\s[\w\-/]+)?\s*\??\s*")
_BREAK = re.compile(r"(?<=[?!])\s+|\.\s+|\s*[;:]\s+|\s+[-–—]\s+|,?\s*\b(?:i\.e\.|that is,|I mean|in other words),?\s*")
# What turns of phrase mean in a word or two, "" for those that tell nothing.
_PHRASES = {
    "deplete": "get rid of | do away with | use up | take away | break down | eat up | mop up | soak up",
    "depleted": "run out of | run out | in short supply | run low",
    "inhibit": "put brake on | put the brake on | put a brake on | hold back | hold in check | keep in check | "
    "keep down | shut down | shut off | switch off | turn off | tone down | damp down",
    "downregulate": "turn down | drive down | bring down | push down | go down",
    "upregulate": "turn up | drive up | bring up | push up | go up",
    "overcome": "get around | get round | get past | go around | do about | do against | cope with | work around | "
    "deal with | get over | get the better of | make up for",
    "cause": "bring about | bring on | give rise to | give way to | lead to | result in | account for | be behind | "
    "is behind | are behind | lie behind | responsible for | set off | end in | go along",
    "cause of": "reason for | reason of | reason behind | reason why",
    "caused by": "due to | owe to | result from | stem from | arise from | come from | arise out of | because of | "
    "attributable to",
    "arise": "come about | come into being",
    "recruit": "bring in | pull in | call in | draw in | bring to | call to | draw to",
    "exploit": "take advantage of | make use of | tap into | capitalize on",
    "enable": "make possible | make feasible | allow for | open the door to | pave the way for | open up",
    "enabled by": "thank to",
    "consist of": "made up of | make up of | made of | consist in | put together from",
    "component": "make up | go into | build block | be part of | form part of",
    "deny": "rule out",
    "denied": "not the case | not so | not true | not happen",
    "contradict": "at odds | in conflict | fall out",
    "agree": "in line with | in accord with | in keeping with",
    "agreement": "common ground",
    "hedge": "if or but | with reservation | may or might | may and might | may might | may or hope | may or a hope",
    "not hedge": "without reservation | without any reservation | no may or might | no if or but",
    "each other": "one another",
    "once": "one time | a single time | single time",
    "share": "in common",
    "count": "how many | how often | how frequent | how frequently",
    "amount": "how much",
    "count of": "number of",
    "count by": "break down by | split by | break down according to",
    "certain": "for sure | with certainty | with confidence | beyond doubt | without doubt",
    "mention": "talk about | speak of | touch on | bring up",
    "mentioned": "come up",
    "undergo": "go through",
    "perform": "carry out | carry on",
    "targeting": "aim at | direct against | direct at | home in on",
    "analyze": "look at | look into",
    "class": "fall under | fall into",
    "require": "depend on | rely on | hinge on | depend upon | rely upon",
    "how": "in which way | in what way | by what mean | by which mean",
    "by": "with regard to | with respect to | in term of | in regard to | on the basis of | by mean of | "
    "by way of | at the hand of",
    "become": "turn into",
    "to": "in order to",
    "and": "as well as | along with | together with",
    "": "at all | so far | a lot | as yet | up to now | until now | to date | of course | by the way | i mean | "
    "for me | for example | in general | in detail | and so on | et cetera | for instance | no longer | no "
    "matter | in question | name the | name all | name every | name me | as far as | in the first place | in fact | "
    "in the end | at present | at the moment "
    "| in total | in turn | as such | i need | i would need | we need | would need | need to know | i keep read "
    "| as a curator | be grateful for | go through the | in the author word | authors words",
}
_AUXILIARY = {"are": "is", "was": "is", "were": "is", "be": "is", "does": "do", "did": "do", "an": "a", "who": "what"}
_NOUN = ("ion", "ions", "ment", "ments", "or", "ors", "ers", "ade")  # of nouns made of a verb: "Treg recruitment"
_BE = frozenset("is are was were be been being get gets got getting".split())
_DO = frozenset("do does did can could may might will would".split())
_DETERMINERS = frozenset("the a an any some these those this that all every each other such certain particular".split())
_PARTICIPLES = frozenset(w for w in IRREGULAR if w.endswith(("en", "wn", "ne"))) | frozenset(
    "made brought fought found lost led overcome bound hit said taken kept held shut".split()
)
WH = frozenset("who whom whose what which how why where when".split())
_NO_VERB = frozenset(
    "of by in with to for on at from against as into and or but between about without via through".split()
)
_TURNS = {
    tuple(map(stem, turn.split())): tuple(meant.split())
    for meant, turns in _PHRASES.items()
    for turn in turns.split(" | ")
}
_LENGTHS = {
    first: sorted({len(turn) for turn in _TURNS if turn[0] == first}, reverse=True) for first in {t[0] for t in _TURNS}
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word that tells something.

    Attributes:
        span: Where it stands.
        stem: Its stem, or that of the word that stands for its group.
    """

    span: Span
    stem: str


@dataclass(frozen=True, slots=True)
class Token:
    """Any word of a text, or a slot.

    Attributes:
        span: Where it stands.
        text: The word in lower case, the word that a turn of phrase means, or a slot as {name}.
        stems: What it stands for: nothing, one stem, or several; a slot stands for itself.
    """

    span: Span
    text: str
    stems: tuple[str, ...]

    @property
    def is_slot(self) -> bool:
        """Whether a value stands here."""
        return self.text.startswith("{")


def tokens(text: str) -> list[Token]:
    """Return the words and slots of a text, turns of phrase as the word that they mean.

    Example:
        >>> [t.text for t in tokens("what gets rid of {kind}")]
        ['what', 'deplete', '{kind}']
    """
    pieces = [(m[0].casefold().replace("’", "'"), Span(*m.span())) for m in _PIECE.finditer(text)]
    folded = [low if low[0] == "{" else stem(low) for low, _ in pieces]
    found: list[Token] = []
    at = 0
    while at < len(pieces):
        low, span = pieces[at]
        turns = (tuple(folded[at : at + n]) for n in _LENGTHS.get(folded[at], ()))
        turn = next((t for t in turns if t in _TURNS), ())
        length = len(turn)
        if turn:
            span = Span(span.start, pieces[at + length - 1][1].end)
            found.extend(Token(span, word, canonical(word)) for word in _TURNS[turn])
        else:
            found.append(Token(span, low, (low,) if low[0] == "{" else canonical(low)))
        at += length or 1
    return found


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text that tell something, in order."""
    return (Word(token.span, part) for token in tokens(text) for part in token.stems)


def laid(text: Sequence[Token], slots: Mapping[str, Span]) -> list[Token]:
    """Return the tokens of a question with those in the place of a slot put together to the slot."""
    if not slots:
        return list(text)
    found: list[Token] = []
    for token in text:
        name = next((n for n, span in slots.items() if span.overlaps(token.span)), None)
        if name is None:
            found.append(token)
        elif not found or found[-1].text != f"{{{name}}}":
            found.append(Token(slots[name], f"{{{name}}}", ()))
    return found


def sequence(text: Iterable[Token]) -> list[str]:
    """Return all words of a text as stems, in order, each slot as `{}`.

    Example:
        >>> sequence(tokens("How are {kind} recruited?"))
        ['how', 'is', '{}', 'recruit']
    """
    found: list[str] = []
    for token in text:
        if token.is_slot:
            found.append("{}")
        else:
            found.extend(token.stems or (_AUXILIARY.get(token.text, token.text),))
    return found


def roles(text: Sequence[Token]) -> dict[str, str]:
    """Return which slots of a question do something (`agent`) and to which something is done (`patient`).

    A slot of which the words around it do not tell is left out.

    Example:
        >>> roles(tokens("what does {a} recruit")), roles(tokens("by whom is {b} recruited"))
        ({'a': 'agent'}, {'b': 'patient'})
        >>> roles(tokens("what inhibits {a}")), roles(tokens("{a} is killed by {b}"))
        ({'a': 'patient'}, {'a': 'patient', 'b': 'agent'})
    """
    found = {}
    for at, token in enumerate(text):
        role = _role(text, at) if token.is_slot else None
        if role:
            found[token.text[1:-1]] = role
    return found


def _role(text: Sequence[Token], at: int) -> str | None:
    before = at - 1
    while before >= 0 and text[before].text in _DETERMINERS:
        before -= 1
    last = text[before].text if before >= 0 else ""
    after = [t.text for t in text[at + 1 : at + 4]]
    if last == "by":
        return "agent"
    if after and after[0] in _BE:
        after = after[1:]
        last = "is"
    if last in _BE or (last in _DO and "be" in after[:1]):
        if after and after[0].endswith("ing"):
            return "agent"
        return "patient" if any(map(_is_participle, after[:2])) else None
    verb = bool(after) and after[0] not in _NO_VERB | _DO | WH and not after[0].startswith("{")
    if verb and after[0].endswith(_NOUN):
        return "patient"
    if last in _DO:
        return "agent" if verb else "patient"
    if not last or last in ("that", "which", "who", "whom"):
        return "agent" if verb and after[0] not in STOP else None
    if last in STOP or last in _NO_VERB or text[before].is_slot:
        return None
    return "patient"


def is_yes_or_no(text: Sequence[Token]) -> bool:
    """Return whether a question can be answered with yes or no."""
    return bool(text) and text[0].text in _BE | _DO and (len(text) == 1 or text[1].text != "there")


def asked_for(text: Sequence[Token]) -> set[str]:
    """Return the slots that follow "which" or "what", or that "that" follows: what is asked for, and no value.

    Example:
        >>> asked_for(tokens("which {a} attract {b}")), asked_for(tokens("{a} that attract {b}"))
        ({'a'}, {'a'})
    """
    pairs = pairwise(t for t in text if t.text not in _DETERMINERS - {"that"})
    found = {t.text[1:-1] for last, t in pairs if t.is_slot and last.text in ("which", "what")}
    if len(text) > 1 and text[0].is_slot and text[1].text in ("that", "which", "who"):
        found.add(text[0].text[1:-1])
    return found


def _is_participle(word: str) -> bool:
    return word.endswith("ed") or word in _PARTICIPLES


def fronted(text: str) -> str:
    """Return a question with what is put in front of it in the place of the pronoun.

    Example:
        >>> fronted("Hypoxia - what drives it?"), fronted("What drives hypoxia?")
        ('what drives Hypoxia?', 'What drives hypoxia?')
    """
    match = _FRONTED.fullmatch(text.strip())
    return f"{match['before']}{match['topic']}{match['after']}" if match else text


def sentences(text: str) -> list[str]:
    """Return the sentences of a question, and what it says in other words; a name alone is no sentence.

    Example:
        >>> sentences("I study lactate. What does it cause, i.e. what are its effects?")
        ['What does it cause', 'what are its effects?']
    """
    return [part.strip() for part in _BREAK.split(text) if part and part.strip(" ?.!") and not _BARE.fullmatch(part)]
