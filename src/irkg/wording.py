"""Words of questions: their stems, those that tell nothing, and those that mean the same when a graph is asked.

What the relations of the field are called by, the ontology says; here stand words about claims, sources and counting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

STOP = frozenset(
    # articles, pronouns, questions
    "a an the this that these those such any some each every all both other others another else several various i "
    "me my mine you your yours he him his she her hers it its itself we us our ours they them their theirs "
    "themselves one's who whom whose what which when where how whether whatever whichever whoever whenever "
    "wherever what's who's there's that's i'm i'd i've you've we've they've somebody someone something anybody "
    "anyone anything everybody everyone thing things "
    # auxiliaries
    "am is are was were be been being do does did doing done have has had having can could shall should will "
    "would might must ought get gets getting got become becomes becoming became seem seems seemed "
    " "
    # prepositions, conjunctions, adverbs
    "and or but if then than so as at by for from in into of off on onto out over to toward towards up upon with "
    "within during among amongst along across behind beyond beneath beside besides inside outside near since "
    "until till while whereas though although however because therefore thus hence moreover furthermore meanwhile "
    "there here now already still yet ever again also too very much more most rather quite almost nearly really "
    "actually indeed exactly explicitly apparently namely currently generally specifically possibly perhaps maybe "
    "somehow anyhow anyway well far away ago later earlier before after afterwards presently recently nowadays "
    "today e.g i.e etc overall respectively per according regarding concerning "
    # courtesies and what anybody says who asks
    "please kindly hello hi hey dear thanks thank ok okay yes let help want wanted wants like liked love wish see "
    "show shows shown showing give gives gave given giving tell list lists listed display print provide fetch "
    "retrieve return find found finding look looks looked looking search go goes going gone learn hear wonder "
    "wondering curious interested interest keen question questions answer answers ask asking asked exist exists "
    "further additionally left leave leaves remain remains remaining existing available different "
    "certain particular specific general current overview able order lot lots bit summarise summarize enlighten "
    "quick quickly briefly short detail details entry entries case cases case's word words suggested proposed try "
    "trying tried manage managed mean means meant useful relevant important main major factor factors thing "
    "thanks grateful rundown mind pull pulling explain colleague colleagues lecture presentation prepare "
    "preparing building cleaning restrict bare completely entirely flatly sit sits stands next logical logically "
    "ontologically numerical speaking "
    "people field database graph ontology knowledge system dataset data base fact facts point points side sides "
    "end ends hand hands world today's course anywhere everywhere somewhere".split()
) - {"all", "both", "certain", "particular", "overview", "up", "out", "off", "over", "finding", "important"}
# Groups of words that ask for the same; the first stands for all of them.
_SAME = (
    "claim statement assertion finding proposition triple edge",
    "source article paper publication literature text document corpus",
    "strategy therapy treatment approach intervention regimen counter-strategy counterstrategy countermeasure "
    "remedy tactic option modality possibility",
    "drug agent antibody medicine compound medication",
    "molecule substance",
    "say state report write assert discuss put describe talk note view opinion stance argue formulate",
    "mention speak occur appear",
    "know info information",
    "count number many often frequency frequent distribution distribute frequently tally total statistics amount "
    "quantity proportion breakdown percentage fraction numeric",
    "cite citation reference ref refer cited bibliographic",
    "without no not lack lacking missing never none nothing nobody neither absent cannot deny denial negate negated "
    "negation negative nowhere hardly refute reject non untrue false",
    "hedge hedging tentative speculative speculate speculation uncertain uncertainty hope guarded cautious cautiously "
    "vague tentatively caution unsure provisional doubt doubtful hypothetical conjecture guess presume",
    "certain certainty sure outright definite definitely confident confidence confidently strength firm firmly plainly "
    "unequivocal unequivocally categorical categorically strong "
    "strongly undoubtedly",
    "contradict contradiction contradictory conflict conflicting inconsistent inconsistency disagree disagreement "
    "clash tension oppose opposite opposing incompatible discrepancy discrepant",
    "agree agreement same both concur consensus coincide corroborate confirm alike",
    "share common overlap overlapping",
    "kind type sort subtype subclass variety example instance category form variant subset subgroup subcategory",
    "class classify classification superclass ancestor parent taxonomy hierarchy genus",
    "part component ingredient element constituent piece building",
    "contain consist compose comprise include incorporate",
    "once single one singleton",
    "only merely solely just alone purely exclusively simply mere sole",
    "define definition definitional defined",
    "chain path route step trace intermediate intermediary cascade indirect indirectly stepwise two-step",
    "through via",
    "effect consequence impact result outcome downstream repercussion aftermath implication",
    "combine combination combo together jointly joint package",
    "small minimal minimum few least",
    "section heading chapter headline",
    "evidence sentence proof passage quote",
    "compare comparison versus vs contrast",
    "new novelty additional novel",
    "analysis analyze analyse examine assess investigate inspect",
    "possible allow permit enable feasible",
    "author writer",
    "mechanism way",
    "against around despite",
    "counter fight",
    "exploit abuse",
    "recruit recruiter attractor attractant",
    "cause reason origin culprit why",
    "need prerequisite precondition",
    "level amount",
    "gap hole",
    "relation predicate property",
    "name list",
)
# Words with a meaning of their own inside.
_SPLIT = {
    "uncited": ("without", "cite"),
    "unreferenced": ("without", "cite"),
    "uncovered": ("without", "cover"),
    "unaddressed": ("without", "address"),
    "uncountered": ("without", "counter"),
    "unhedged": ("without", "hedge"),
    "unsupported": ("without", "support"),
    "unexplained": ("without", "describe"),
    "undescribed": ("without", "describe"),
    "unclear": ("without", "certain"),
    "immunotherapy": ("immune", "therapy"),
    "immunotherapies": ("immune", "therapy"),
    "immunotherapeutic": ("immune", "therapy"),
    "radiotherapy": ("radiation", "therapy"),
    "bibliography": ("list", "source"),
    **dict.fromkeys(
        "don't doesn't didn't isn't aren't wasn't can't won't hasn't haven't hadn't weren't couldn't wouldn't".split(),
        ("without",),
    ),
}
# Words that are spelled right and look like words that questions are made of.
SPELLED = frozenset(
    "attention cashes curation entirety expressly filed flight heard intro join latter lean meat party president prof "
    "publisher rise secretome slide slides stays three tired translate users ward wipe wipes wreak creation "
    "reverse diverse invent access excess effort afford though thorough trail trial causal casual quite quiet".split()
)
IRREGULAR = {
    "said": "say", "wrote": "write", "written": "write", "spoken": "speak", "made": "make", "brought": "bring",
    "taken": "take", "drawn": "draw", "driven": "drive", "fought": "fight", "found": "find", "hidden": "hide",
    "lost": "lose", "led": "lead", "overcame": "overcome", "undergone": "undergo", "underwent": "undergo",
    "bound": "bind", "arisen": "arise", "arose": "arise", "given": "give", "known": "know", "fewest": "few",
    "smallest": "small", "analyses": "analysis", "hit": "hit", "hypotheses": "hypothesis", "shortest": "short",
    "gone": "go", "went": "go", "done": "do", "came": "come", "built": "build", "dealt": "deal", "held": "hold",
    "kept": "keep", "shut": "shut", "ran": "run", "told": "tell", "read": "read", "put": "put",
}  # fmt: skip
_LINKS = frozenset("X Y of by in with to for on at from against as into and the a".split())


@cache
def stem(word: str) -> str:
    """Fold the endings of English words, just enough for a question and a template to meet.

    Example:
        >>> [stem(w) for w in ("therapies", "overcoming", "overcome", "causes", "recruited", "stopped")]
        ['therapy', 'overcom', 'overcom', 'caus', 'recruit', 'stop']
    """
    word = word.casefold().replace("tumour", "tumor").replace("lyse", "lyze").replace("lysing", "lyzing")
    word = IRREGULAR.get(word, word)
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


def grouped_words() -> list[str]:
    """Return the words of all groups."""
    return [word for group in _SAME for word in group.split()]


@cache
def canonical(word: str) -> tuple[str, ...]:
    """Return what a word stands for: nothing, one stem, or several.

    Example:
        >>> [canonical(w) for w in ("the", "statements", "uncited", "recruits")]
        [(), ('claim',), ('without', 'cit'), ('recruit',)]
    """
    low = word.casefold().replace("’", "'")
    if low in STOP:
        return ()
    stems = (stem(part) for part in _SPLIT.get(low, (low,)))
    return tuple(_CANONICAL.get(s, s) for s in stems)


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
