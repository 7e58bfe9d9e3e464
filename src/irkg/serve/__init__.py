"""A SPARQL endpoint and an explorer: a thin server in front, and workers that may be killed behind it."""
