"""Measurements of speed, side by side with a peer: `python -m bench.SUBJECT`."""
