"""From the lines of printed pages to headings and paragraphs, as text that `irkg.text` reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from irkg.text import NAMED_HEADING

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_RAISED_MARKER = re.compile(r"\s*\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\s*,?\s*")
_NAMED_RUN_IN = re.compile(
    r"(?P<name>abstract|summary|background|introduction|objectives?|methods|results|conclusions?)\s*[.:—–]\s+(?=\S)",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"(?:page|p\.)?\s*[-–]?\s*\d{1,5}\s*[-–]?(?:\s*(?:of|/)\s*\d{1,5})?", re.IGNORECASE)
_ITEM = re.compile(r"(?:[•▪◦‣]|\[?(?P<number>\d{1,3})[.\])])\s+")
_SENTENCE_ENDS = re.compile(r"[.!?:][\"'”’)\]⁰¹²³⁴-⁹]*$")
_BROKEN_WORD = re.compile(r"(?P<first>[^\W\d_]+)-$")
_AT_THE_EDGE = 2  # lines at the top and the bottom of a page that can be a running head
_LONGEST_HEADING = 14  # words


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a line in one font.

    Attributes:
        text: The characters.
        x: Where they start, in points from the left edge of the page.
        y: Their base line, in points from its lower edge.
        size: The size of the font in points.
        bold: Whether the font is a bold one.
    """

    text: str
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True)
class Line:
    """A line as it is printed.

    Example:
        >>> line = Line((Run("So it is.", 50, 700, 10, False), Run("3", 90, 703, 6, False)))
        >>> line.text
        'So it is.³'
    """

    runs: tuple[Run, ...]

    @cached_property
    def size(self) -> float:
        """The size that most of its characters have."""
        return _most([(run.size, len(run.text)) for run in self.runs])

    @cached_property
    def bold(self) -> bool:
        """Whether all of it is bold, raised markers apart."""
        return all(run.bold for run in self.runs if run.size >= 0.8 * self.size and run.text.strip())

    @property
    def x(self) -> float:
        """Where it starts."""
        return self.runs[0].x

    @cached_property
    def y(self) -> float:
        """Its base line."""
        return next(run.y for run in self.runs if run.size == self.size)

    @cached_property
    def text(self) -> str:
        """Its characters, raised numbers as the characters for them."""
        return "".join(self._text_of(run) for run in self.runs)

    def _text_of(self, run: Run) -> str:
        text = run.text
        for ligature, letters in _LIGATURES.items():
            text = text.replace(ligature, letters)
        small = run.size < 0.85 * self.size and run.y >= self.y - 0.05 * self.size
        if small and len(self.runs) > 1 and _RAISED_MARKER.fullmatch(text):
            return re.sub(r"\s+", "", text).rstrip(",").translate(_RAISED) + (" " if text[-1:].isspace() else "")
        return text

    @cached_property
    def run_in(self) -> str:
        """The heading that it starts with in bold; empty where it starts otherwise."""
        bold = 0
        while bold < len(self.runs) and (self.runs[bold].bold or not self.runs[bold].text.strip()):
            bold += 1
        heading = "".join(self._text_of(r) for r in self.runs[:bold]).strip()
        rest = "".join(self._text_of(r) for r in self.runs[bold:]).lstrip()
        closed = heading.endswith((".", ":")) or rest.startswith((".", ":", "—", "–"))
        if not heading or not rest or not closed or len(heading.split()) > _LONGEST_HEADING:
            return ""
        return " ".join(heading.rstrip(".: ").split())


def _most(weighted: Sequence[tuple[float, int]]) -> float:
    count: Counter[float] = Counter()
    for value, weight in weighted:
        count[value] += weight
    return max(count, key=lambda value: (count[value], value), default=0.0)


def laid_out(pages: Sequence[Sequence[Line]]) -> str:
    r"""Return the text of pages: headings marked as in Markdown, a white line between paragraphs.

    Running heads and page numbers are dropped, words broken at the end of a line are made whole, and the columns
    follow each other as the file has them.

    Args:
        pages: The lines of each page, in the order of its content.

    Example:
        >>> head, first = Run("On Tregs", 50, 700, 16, True), Run("Regulatory T cells sup-", 50, 670, 10, False)
        >>> laid_out([[Line((head,)), Line((first,)), Line((Run("press.", 50, 658, 10, False),))]])
        '# On Tregs\n\nRegulatory T cells suppress.\n'
    """
    lines = [line for page in _without_running_heads(pages) for line in page]
    if not lines:
        return ""
    body = _most([(line.size, len(line.text)) for line in lines])
    first_page = {id(line) for line in pages[0]}
    largest = max((line.size for line in lines if id(line) in first_page and len(line.text.split()) > 1), default=body)
    words = _whole_words(lines)
    blocks: list[str] = []
    titled = False
    for group in _groups(lines, body):
        level = _heading_level(group[0], body)
        text = _joined(group, words)
        if not level:
            blocks.append(_with_run_in(group[0], text))
        elif not titled and group[0].size >= largest > 1.15 * body:
            blocks.append(f"# {text}")
            titled = True
        else:
            blocks.append(f"{'#' * level} {text.rstrip('.:')}")
    return "\n\n".join(blocks) + "\n"


def _whole_words(lines: Sequence[Line]) -> Counter[str]:
    """Count the words of the article, those apart that a line's end may have broken."""
    text = "\n".join(line.text.strip() for line in lines).lower()
    return Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", re.sub(r"\S+-\n\S+", " ", text)))


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> Iterator[list[Line]]:
    """Yield the lines of each page without those at its edges that stand on many pages, and page numbers."""
    edges = [_edges(page) for page in pages]
    seen = Counter(key for edge in edges for key in {_key(line) for line in edge})
    often = max(2, 0.4 * len(pages))
    for page, edge in zip(pages, edges, strict=True):
        dropped = {id(line) for line in edge if seen[_key(line)] >= often or _PAGE_NUMBER.fullmatch(line.text.strip())}
        yield [line for line in page if id(line) not in dropped]


def _edges(page: Sequence[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: line.y)
    return by_height[:_AT_THE_EDGE] + by_height[_AT_THE_EDGE:][-_AT_THE_EDGE:]


def _key(line: Line) -> tuple[str, float]:
    """Return what running heads have in common; a title that is repeated as one is larger."""
    return re.sub(r"\d+", "0", " ".join(line.text.split()).casefold()), line.size


def _heading_level(line: Line, body: float) -> int:
    """Return the level of a heading, 0 where the line is none."""
    text = line.text.strip()
    if len(text.split()) > _LONGEST_HEADING * 2 or not any(c.isalpha() for c in text):
        return 0
    if line.size >= 1.15 * body or NAMED_HEADING.fullmatch(text):
        return 2
    if line.bold and len(text.split()) <= _LONGEST_HEADING and not text.endswith((".", ",", ";")):
        return 3
    return 0


def _groups(lines: Sequence[Line], body: float) -> Iterator[list[Line]]:
    """Yield the lines of each heading and each paragraph."""
    gaps = [a.y - b.y for a, b in pairwise(lines) if 0 < a.y - b.y < 4 * body]
    leading = _most([(round(gap, 1), 1) for gap in gaps]) or 1.2 * body
    full = median(len(line.text) for line in lines)
    group: list[Line] = []
    for line in lines:
        if group and _parted(group, line, body, leading, full):
            yield group
            group = []
        group.append(line)
    yield group


def _parted(group: Sequence[Line], line: Line, body: float, leading: float, full: float) -> bool:
    """Return whether a line starts a new paragraph or heading behind the lines of a group."""
    before = group[-1]
    level, own = _heading_level(before, body), _heading_level(line, body)
    gap = before.y - line.y
    if level or own:
        same = level == own and before.size == line.size and before.bold == line.bold
        return not (same and 0 < gap < 1.6 * line.size) or bool(NAMED_HEADING.fullmatch(before.text.strip()))
    ended = bool(_SENTENCE_ENDS.search(before.text.rstrip()))
    item = _ITEM.match(line.text)
    if item and (ended or gap > 1.3 * leading or _follows(item, _ITEM.match(group[0].text))):
        return True
    if gap < 0 or gap > 6 * leading:  # the next column or page
        return ended and len(before.text) < 0.75 * full
    if gap > 1.3 * leading:
        return True
    if line.run_in or _NAMED_RUN_IN.match(line.text):
        return ended
    moved = abs(line.x - before.x) > 0.8 * body
    return ended and moved and (line.x > before.x or len(group) > 1 or bool(re.search(r"\d\W*$", before.text)))


def _follows(item: re.Match[str], earlier: re.Match[str] | None) -> bool:
    """Return whether an item of a numbered list is the next one behind an earlier one."""
    if earlier is None or not item["number"] or not earlier["number"]:
        return False
    return int(item["number"]) == int(earlier["number"]) + 1


def _joined(group: Sequence[Line], words: Counter[str]) -> str:
    """Return the lines of a group as one, broken words made whole."""
    text = group[0].text
    for line in group[1:]:
        text = _continued(text.rstrip(), line.text.strip(), words)
    return " ".join(text.split())


def _with_run_in(first: Line, text: str) -> str:
    """Mark the heading that a paragraph starts with, in bold or by one of the usual names."""
    named = _NAMED_RUN_IN.match(text)
    bold = first.run_in
    if bold and text.startswith(bold):
        return f"**{bold}**: {text[len(bold) :].lstrip('.:—– ')}"
    return f"**{named['name']}**: {text[named.end() :]}" if named else text


def _continued(text: str, line: str, words: Counter[str]) -> str:
    """Put a line behind a text: a hyphen at the end goes where it only broke the word.

    What the article writes elsewhere decides; a hyphen before or behind a capital or a digit always stays.
    """
    if text.endswith("\u00ad"):
        return text[:-1] + line
    broken, rest = _BROKEN_WORD.search(text), re.match(r"[^\W\d_]+", line)
    if not text.endswith("-") or not line:
        return f"{text} {line}"
    if not broken or not rest or not rest[0].islower() or len(broken["first"]) < 2 or broken["first"][-1].isupper():
        return text + line
    first, second = broken["first"].lower(), rest[0]
    whole, hyphenated = words[first + second], words[f"{first}-{second}"]
    if not whole and (hyphenated or (len(first) > 3 and len(second) > 3 and words[first] and words[second] > 1)):
        return text + line
    return text[:-1] + line
