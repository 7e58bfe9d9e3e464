"""Lines sorted in little memory: in runs that stand in temporary files, and are merged as they are read."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Self

_RUN = 400_000  # lines that are sorted in memory at a time: about 100 MB
_MOST = 256  # files that are open at the same time; most systems allow a process some thousand


@dataclass
class _File:
    """A run on disk, and the line that it ends with."""

    lines: IO[bytes]
    last: bytes


class Runs:
    r"""Lines in any order, to be gone through sorted.

    What does not fit into memory goes to temporary files, where `TMPDIR` says. The operating system takes them away
    when the process ends, however it ends: they have no name.

    Args:
        run: How many lines are sorted in memory at a time.

    Example:
        >>> with Runs(run=2) as runs:
        ...     for line in (b"c", b"a", b"b"):
        ...         runs.add([line + b"\n"])
        ...     list(runs)
        [b'a\n', b'b\n', b'c\n']
    """

    def __init__(self, run: int = _RUN) -> None:
        self._run = run
        self._held: list[bytes] = []
        self._files: list[_File] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, lines: Iterable[bytes]) -> None:
        """Take lines, each of which ends with its only line feed."""
        self._held += lines
        if len(self._held) >= self._run:
            self._put_down()

    def _put_down(self) -> None:
        """Write what is held behind a run that ends before it begins: lines that come in order need but one file."""
        self._held.sort()
        first, last = self._held[0], self._held[-1]
        file = next((f for f in self._files if f.last < first), None)
        if file is None:
            if len(self._files) == _MOST:
                self._gather()
            file = _File(self._new_file(), last)
            self._files.append(file)
        file.lines.writelines(self._held)
        file.last = last
        self._held = []

    def _new_file(self) -> IO[bytes]:
        return self._open.enter_context(tempfile.TemporaryFile())

    def _gather(self) -> None:
        """Put all runs on disk together into one."""
        whole = self._new_file()
        whole.writelines(heapq.merge(*map(_from_the_start, self._files)))
        for file in self._files:
            file.lines.close()
        self._files = [_File(whole, max(file.last for file in self._files))]

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines sorted by their bytes, equal ones one after the other; to be gone through once at a time."""
        self._held.sort()
        sorted_runs: Sequence[Iterable[bytes]] = [*map(_from_the_start, self._files), self._held]
        return heapq.merge(*sorted_runs)


def _from_the_start(file: _File) -> IO[bytes]:
    file.lines.seek(0)
    return file.lines
