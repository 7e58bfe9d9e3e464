"""What operators count, in the format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Metrics:
    """The counters of one server.

    Example:
        >>> metrics = Metrics()
        >>> metrics.requests.labels("sparql", "200").inc()
        >>> b'irkg_requests_total{place="sparql",status="200"} 1.0' in metrics.text()
        True
    """

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self.requests = Counter("irkg_requests", "Requests, by place and status.", ["place", "status"], registry=own)
        self.refused = Counter("irkg_refused", "Requests that found all workers busy and the queue full.", registry=own)
        self.kept = Counter("irkg_kept_replies", "Requests answered with a reply that was kept.", registry=own)
        self.killed = Counter("irkg_killed_workers", "Workers replaced, by reason.", ["reason"], registry=own)
        self.builds = Counter("irkg_builds", "New builds of the graph, taken or refused.", ["outcome"], registry=own)
        self.seconds = Histogram("irkg_work_seconds", "Time that workers took.", buckets=_BUCKETS, registry=own)

    def watch(self, name: str, about: str, value: Callable[[], float]) -> None:
        """Show a value that is asked for whenever the metrics are read."""
        Gauge(name, about, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self._registry)
