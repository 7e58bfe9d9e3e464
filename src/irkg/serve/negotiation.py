"""Which of the formats at hand a client wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence


def negotiated(accept: str, offered: Sequence[str]) -> str | None:
    """Choose the media type that a client likes best.

    Args:
        accept: The Accept header; empty means that anything will do.
        offered: Media types without parameters, the one that we like best first: it wins where the client likes
            several equally.

    Returns:
        One of `offered`, or None where the client takes none of them.

    Example:
        >>> negotiated("text/csv;q=0.5, application/json", ["application/json", "text/csv"])
        'application/json'
        >>> negotiated("text/*;q=0.5, application/json;q=0", ["application/json", "text/csv"])
        'text/csv'
        >>> negotiated("image/png", ["application/json"]) is None
        True
    """
    ranges = _ranges(accept)
    if not ranges:
        return offered[0]
    scored = [(_quality(media_type, ranges), -at, media_type) for at, media_type in enumerate(offered)]
    quality, _, best = max(scored)
    return best if quality > 0 else None


def _ranges(accept: str) -> dict[str, float]:
    """Return the quality of each media range of an Accept header; what cannot be read as one is left out."""
    found: dict[str, float] = {}
    for part in accept.split(","):
        media_range, *parameters = (p.strip().casefold() for p in part.split(";"))
        if "/" not in media_range and media_range != "*":
            continue
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            weight = min(max(float(quality), 0.0), 1.0)
        except ValueError:
            continue
        media_range = "*/*" if media_range == "*" else media_range
        found[media_range] = max(weight, found.get(media_range, 0.0))
    return found


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    """Return how much a client likes a media type: the most specific range that fits decides."""
    kind = media_type.partition("/")[0]
    return next((ranges[r] for r in (media_type, f"{kind}/*", "*/*") if r in ranges), 0.0)
