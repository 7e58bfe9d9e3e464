"""Further ways to write the names of kinds, as people do who ask: "adenosine build-up", "TGFb", "loss of B2M".

They are for questions only. A text is read by the names that the ontology has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from irkg.lexicon import Kind, Lexicon
from irkg.name_index import fold

# Nouns that name the same event; each group is written in every way.
_SAME = (
    ("accumulation", "build-up", "buildup"),
    ("recruitment", "influx", "attraction"),
    ("loss", "lack", "absence"),
    ("upregulation", "overexpression"),
    ("depletion", "deprivation", "starvation"),
    ("escape", "evasion"),
    ("therapy", "treatment"),
    ("interplay", "crosstalk"),
    ("vulnerability", "weakness", "weak spot"),
    ("plus", "+", "with"),
    ("dual", "combined"),
)
_GROUP = {word: group for group in _SAME for word in group}
_OF = frozenset(("accumulation", "loss", "upregulation", "downregulation"))
_GREEK = re.compile(r"\b(\w+)[\s\-](alpha|beta|gamma|α|β|γ)\b")
_LATIN = {"alpha": "a", "beta": "b", "gamma": "g", "α": "a", "β": "b", "γ": "g"}
_GERUND = re.compile(r"(\w+ing) of ")
_BECOME = ("become", "becomes", "becoming", "became")  # before the adjective of a state: "which cells become exhausted"
_WORD = re.compile(r"[\w\-]+|\+")


def reworded(name: str) -> Iterator[str]:
    """Yield further ways to write a name.

    Args:
        name: A name of a kind.

    Example:
        >>> sorted(reworded("adenosine accumulation"))
        ['accumulation of adenosine', 'adenosine build-up', 'adenosine buildup']
        >>> sorted(reworded("dual TGF-beta blockade"))
        ['combined TGF-b blockade', 'combined TGF-beta blockade', 'combined TGFb blockade', 'dual TGF-b blockade', \
'dual TGFb blockade']
    """
    forms = {name}
    for before, after in (*_nouns(name), *_letters(name)):
        forms |= {re.sub(rf"(?<![\w+]){re.escape(before)}(?!\w)", after, form) for form in forms}
    head, _, last = name.rpartition(" ")
    if head and last in _OF:
        forms.add(f"{last} of {head}")
    if gerund := _GERUND.match(name):
        forms |= {f"{gerund[1]} {joint}{name[gerund.end() :]}" for joint in ("", "the ", "of the ")}
    yield from sorted(forms - {name})


def _nouns(name: str) -> Iterator[tuple[str, str]]:
    for word in _WORD.findall(name):
        yield from ((word, other) for other in _GROUP.get(word, ()) if other != word)


def _letters(name: str) -> Iterator[tuple[str, str]]:
    for match in _GREEK.finditer(name):
        for joint in ("", "-"):
            yield match[0], f"{match[1]}{joint}{_LATIN[match[2]]}"


def further_names(lexicon: Lexicon) -> Mapping[str, str]:
    """Return the further ways to write the names of kinds that mean one kind only, with its IRI."""
    known = {fold(name) for kind in lexicon.kinds.values() for name in (*kind.exact, *kind.related)}
    named = {fold(name): kind for kind in lexicon.kinds.values() for name in kind.exact}
    found: dict[str, tuple[str, set[str]]] = {}
    for kind in lexicon.kinds.values():
        for name in (form for own in kind.exact for form in (own, *_by_parts(own, named))):
            for form in (name, *reworded(name)):
                found.setdefault(fold(form), (form, set()))[1].add(kind.iri)
    for adjective, iri in lexicon.state_adjectives.items():
        for verb in _BECOME:
            found.setdefault(fold(f"{verb} {adjective}"), (f"{verb} {adjective}", set()))[1].add(iri)
    return {form: iris.pop() for key, (form, iris) in found.items() if key not in known and len(iris) == 1}


def _by_parts(name: str, named: Mapping[str, Kind]) -> Iterator[str]:
    """Yield a name that is made of two with the second by its other names: "virus plus ICI"."""
    head, joint, last = name.partition(" plus ")
    kind = named.get(fold(last)) if joint else None
    if kind is not None:
        yield from (f"{head}{joint}{other}" for other in kind.exact if other != last)
