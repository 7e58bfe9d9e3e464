"""Which rows of an answer a user wants, out of words: what the options and the addresses have in common."""

from __future__ import annotations

from collections.abc import Sequence

from irkg.errors import UnknownName
from irkg.kg import Filter
from irkg.model import Strength, Support


def wanted(sources: Sequence[str] = (), support: str = "", min_strength: str = "", reviewed: bool = False) -> Filter:
    """Return the filter that words describe.

    Args:
        sources: Ids of sources.
        support: Any of `stated`, `entailed`, `candidate`, parted by commas; all where empty.
        min_strength: The weakest strength to show; the default where empty.
        reviewed: Whether only accepted claims count.

    Raises:
        UnknownName: A support or a strength is none.

    Example:
        >>> wanted(["eran-2023"], "stated,entailed").supports
        (<Support.STATED: 'stated'>, <Support.ENTAILED: 'entailed'>)
    """
    names = [part.strip() for part in support.split(",") if part.strip()]
    for name in names:
        if name not in list(Support):
            raise UnknownName("support", name, near=[s for s in Support if s[:2] == name[:2]] or list(Support))
    if min_strength and min_strength not in list(Strength):
        near = [s for s in Strength if s[:2] == min_strength[:2]] or list(Strength)
        raise UnknownName("strength", min_strength, near=near)
    weakest = Strength(min_strength) if min_strength else None
    return Filter(tuple(sources), tuple(map(Support, names)), weakest, reviewed)
