"""Reading articles: the one door through which files become documents."""

from __future__ import annotations

from pathlib import Path

from irkg.text import Document, read_source


def read_documents(path: Path) -> tuple[Document, ...]:
    """Read the documents of a file.

    Args:
        path: A text or Markdown file in UTF-8.

    Returns:
        The documents, in the order of the file.

    Raises:
        SourceError: The file cannot be read as what it should be.
    """
    return (read_source(path),)
