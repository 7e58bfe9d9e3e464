"""A knowledge graph of how cancers resist immune therapy, with a semantic query layer."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from irkg.kg import KnowledgeGraph as KnowledgeGraph

__version__ = "0.1.0"
__all__ = ["KnowledgeGraph", "__version__"]


def __getattr__(name: str) -> Any:
    """Import the public face only when it is asked for, so that `irkg --help` stays quick."""
    if name == "KnowledgeGraph":
        from irkg.kg import KnowledgeGraph

        return KnowledgeGraph
    raise AttributeError(f"module 'irkg' has no attribute {name!r}")
