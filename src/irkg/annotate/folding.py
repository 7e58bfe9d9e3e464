"""The form in which names and texts are compared: one byte for each character, so that offsets stay what they are."""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

_GREEK = "αβγδεζηθικλμνξοπρστυφχψως"
_ACCENTED = "àáâãäåçèéêëìíîïñóôöøúûü"  # the commonest; others take a longer way
_SPACES = "\u00a0\u2007\u2009\u200a\u202f"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_MARKS = "‘’“”′″×·•±°≥≤→™®µ"
_SUPERSCRIPT = "⁺"
# What may stand between two words of one name as a space may; all other punctuation is a mark of its own
_SOFT = " \t\n\r-_'’‘" + _SPACES + _DASHES

_UPPER = "".join(dict.fromkeys(c.upper() for c in _GREEK + _ACCENTED if len(c.upper()) == 1))
_OWN = "".join(dict.fromkeys(_GREEK + _ACCENTED + _UPPER + _SPACES + _DASHES + _MARKS + _SUPERSCRIPT))
_UNUSED = "".join(chr(0xE000 + n) for n in range(128 - len(_OWN)))
_TABLE = "".join(map(chr, range(128))) + _OWN + _UNUSED
_BYTE = {c: n for n, c in enumerate(_TABLE)}
_UNKNOWN_LETTER = _TABLE[-1]  # a character that no name and no text has


def _folded(char: str) -> int:
    if char.isascii() and char.isalnum():
        return ord(char.lower())
    if char in "+⁺":
        return ord("+")
    base = unicodedata.normalize("NFKD", char)[0] if char in _ACCENTED + _UPPER else char
    if base.isascii() and base.isalpha():
        return ord(base.lower())
    lower = char.lower()
    if (lower.isalpha() or "\ue000" <= lower <= "\uf8ff") and lower in _BYTE:
        return _BYTE[lower]
    return ord(" ")


_FOLD = bytes(_folded(c) for c in _TABLE)
_IS_MARK = bytes(int(f == ord(" ") and c not in _SOFT) for f, c in zip(_FOLD, _TABLE, strict=True))
# Runs of white space within a paragraph, as in wrapped and indented text
_WIDE_GAPS = (b"  ", b"\n ", b" \n", b"\r\n", b"\t")
_WIDE_GAP = re.compile(rb"[ \t\r\n]{2,}")


def _not_ascii(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    piece = error.object[error.start : error.end]
    return bytes([_BYTE[c] if c in _BYTE else _BYTE[_nearest(c)] for c in piece]), error.end


def _nearest(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[0]
    if base in _BYTE:
        return base
    return _UNKNOWN_LETTER if char.isalnum() or unicodedata.combining(char) else "•"


codecs.register_error("irkg.folding", _not_ascii)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the form in which it is compared.

    Attributes:
        text: The text that was folded.
        key: Its bytes, a space before the first and behind the last: letters in lower case without accents, digits,
            `+`, and a space for everything else; a run of white space is one.
        marks: For each byte of `key`, 1 where the character is punctuation that no space or hyphen stands for.
    """

    text: str
    key: bytes
    marks: bytes
    _cuts: tuple[int, ...] = ()  # places in `key` behind which white space was left out
    _lost: tuple[int, ...] = ()  # and how much up to there

    @property
    def is_shorter(self) -> bool:
        """Whether white space was left out, so that places in the key are not those in the text."""
        return bool(self._cuts)

    def place(self, at: int) -> int:
        """Return the offset in the text of a byte of the key."""
        if not self._cuts:
            return at - 1
        n = bisect_right(self._cuts, at)
        return at - 1 + (self._lost[n - 1] if n else 0)


def fold(text: str) -> Folded:
    r"""Bring a text into the form in which names are compared.

    Example:
        >>> fold("CD4+ T-cells, Müller").key
        b' cd4+ t cells  muller '
        >>> folded = fold("mast\n   cells")
        >>> folded.key, folded.place(folded.key.index(b"cells"))
        (b' mast cells ', 8)
    """
    raw = text.encode("ascii", "irkg.folding")
    cuts: list[int] = []
    lost: list[int] = []
    if any(gap in raw for gap in _WIDE_GAPS):
        pieces, end, gone = [], 0, 0
        for gap in _WIDE_GAP.finditer(raw):
            if gap[0].count(b"\n") > 1:
                continue  # a blank line: no name goes across it
            pieces += [raw[end : gap.start()], b" "]
            end = gap.end()
            cuts.append(gap.start() - gone + 2)
            gone += len(gap[0]) - 1
            lost.append(gone)
        raw = b"".join([*pieces, raw[end:]])
    key, marks = raw.translate(_FOLD), raw.translate(_IS_MARK)
    return Folded(text, b" %b " % key, b"\0%b\0" % marks, tuple(cuts), tuple(lost))


def fold_bytes(text: str) -> bytes:
    """Return a text in its folded form, a byte for each character, white space left as it is.

    Example:
        >>> fold_bytes("Müller  T-cell")
        b'muller  t cell'
    """
    return text.encode("ascii", "irkg.folding").translate(_FOLD)


def key_of(name: str) -> bytes:
    """Return the folded form of a name, a space before and behind it; empty where it has no letter or digit.

    Example:
        >>> key_of("Müller  cell")
        b' muller cell '
    """
    key = fold_bytes(" ".join(name.split())).strip()
    return b" %b " % key if key else b""


def marks_of(name: str) -> str:
    """Return the punctuation of a name that no space or hyphen stands for.

    Example:
        >>> marks_of("CD4-positive, alpha-beta T cell"), marks_of("T-cell")
        (',', '')
    """
    return "".join(c for c in name if not (c.isalnum() or c in _SOFT or c in "+⁺"))
