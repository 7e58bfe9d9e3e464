"""Rooms: hidden folders beside a file or folder, in which what is to take its place is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_OLD = "old"  # what stood at the place, while it and the new change places
_RANDOM = "?" * 8  # what mkdtemp adds to a name
_HERE = -100  # AT_FDCWD: paths are as the process sees them
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2), RENAME_SWAP of renamex_np(2)


@contextmanager
def room_beside(path: Path) -> Iterator[Path]:
    """Give an empty folder beside a path, and take it away when the block ends.

    What an earlier process has left when it was killed is cleared first.

    Args:
        path: A file or folder, there or not; its parent folder must exist.

    Raises:
        OSError: The folder cannot be made.
    """
    import shutil  # these are slow to load, and asking a graph needs none of them
    import tempfile

    clear(path)
    while True:
        room = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        held = _held(room)
        if held is not None:
            break
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
        os.close(held)


def clear(path: Path) -> None:
    """Clear up what killed processes have left beside a path: put back what stood there, and take their rooms away.

    Args:
        path: A file or folder, there or not.
    """
    import glob
    import shutil

    for found in glob.glob(f".{glob.escape(path.name)}-{_RANDOM}", root_dir=path.parent):
        room = path.parent / found
        with suppress(OSError):
            if room.is_symlink() or not {p.name for p in room.iterdir()} <= {path.name, _OLD}:
                continue
            held = _held(room)
            if held is None:
                continue  # somebody is at work in it
            try:
                if (room / _OLD).exists() and not path.exists():
                    os.replace(room / _OLD, path)
                shutil.rmtree(room, ignore_errors=True)
            finally:
                os.close(held)


def _held(room: Path) -> int | None:
    """Take hold of a room, until its handle is closed or the process ends; None where another process has it."""
    try:
        handle = os.open(room, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(room.stat(), os.fstat(handle)):
            return handle
    except ImportError:
        return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:  # a file system without locks
        return handle
    os.close(handle)
    return None


def put(new: Path, path: Path, room: Path) -> None:
    """Let a file or folder take the place of what stands there, or leave that one where it is.

    Args:
        new: What was written in the room.
        path: The place.
        room: The room, which is taken away with what stood at the place.

    Raises:
        OSError: It cannot be put there.
    """
    if not path.is_dir():
        os.replace(new, path)
        return
    if exchanged(new, path):
        return
    os.replace(path, room / _OLD)  # here, a folder cannot be replaced in one step: `clear` puts it back
    try:
        os.replace(new, path)
    except BaseException:
        os.replace(room / _OLD, path)
        raise


def exchanged(one: Path, other: Path) -> bool:
    """Let two paths change places in one step, so that whoever looks finds the one or the other.

    Returns:
        Whether the operating system and the file system could do it: renameat2(2) of Linux, renamex_np(2) of macOS.
    """
    import ctypes

    names = os.fsencode(one), os.fsencode(other)
    with suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*names, _EXCHANGE) == 0)
        return bool(library.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
    return False
