"""The smallest sets of strategies that cover a set of mechanisms, each with its proof."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from irkg.model import Answer

_MOST = 50  # sets that are shown; more say no more


def smallest_sets(answer: Answer, members: str, covered: str, wanted: Collection[str] = ()) -> Answer:
    """Turn rows that say what covers what into the smallest sets that cover everything that can be covered.

    Args:
        answer: The rows; each is a proof that its member covers something.
        members: The column of what sets are made of, such as strategies.
        covered: The column of what is to be covered, such as mechanisms.
        wanted: What was to be covered, in the words of the column; all that occurs there where empty.

    Returns:
        For each smallest set, its rows with the set in front, sorted by set and then by what they cover; with notes
        that say how many sets there are, and what none covers.

    Example:
        >>> rows = (("A", "x"), ("B", "x"), ("B", "y"))
        >>> smallest_sets(Answer(("strategy", "mechanism"), rows), "strategy", "mechanism").rows
        (('B', 'B', 'x'), ('B', 'B', 'y'))
    """
    at, what = answer.columns.index(members), answer.columns.index(covered)
    by: dict[str, set[str]] = {}
    for row in answer.rows:
        by.setdefault(row[what], set()).add(row[at])
    missing = sorted(set(wanted) - set(by))
    sets = _smallest(by)
    rows = [
        (" + ".join(sorted(chosen)), *row)
        for chosen in sets[:_MOST]
        for row in sorted(answer.rows, key=lambda r: (r[what], r))
        if row[at] in chosen
    ]
    notes = [
        *_counted(sets, len(by)),
        *(f"Nothing is stated to cover {name}: no set does." for name in missing),
    ]
    return Answer(("set", *answer.columns), tuple(rows), (*notes, *answer.notes))


def _counted(sets: list[frozenset[str]], covered: int) -> list[str]:
    if not covered:
        return []
    shown = f"; {_MOST} of them are shown" if len(sets) > _MOST else ""
    size, count = len(sets[0]), len(sets)
    members = "1 member" if size == 1 else f"{size} members"
    return [f"{count} smallest set{'' if count == 1 else 's'} of {members} cover{'s' * (count == 1)} {covered}{shown}."]


def _smallest(by: Mapping[str, set[str]]) -> list[frozenset[str]]:
    """Return all the smallest sets with a member of each value, sorted."""
    for size in range(1, len(by) + 1):  # one member for each thing is always enough
        found = set(_covers(by, frozenset(), size))
        if found:
            return sorted(found, key=sorted)
    return []


def _covers(by: Mapping[str, set[str]], chosen: frozenset[str], size: int) -> Iterator[frozenset[str]]:
    """Yield the sets of at most a size that have a member of each value and hold those chosen already."""
    open_ = {thing: able for thing, able in by.items() if not able & chosen}
    if not open_:
        yield chosen
    elif len(chosen) < size:
        hardest = min(open_, key=lambda thing: (len(open_[thing]), thing))
        for member in sorted(open_[hardest]):
            yield from _covers(open_, chosen | {member}, size)
