"""From a user's file to its rows, streaming: one promise, that no row is dropped or misread in silence."""

from bulk_journeys.source.opening import Table, open_source

__all__ = ["Table", "open_source"]
