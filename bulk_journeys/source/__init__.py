"""From a user's file to the ways to read it, streaming: one promise, that no row is dropped or misread in silence."""

from bulk_journeys.source.opening import Listed, open_list

__all__ = ["Listed", "open_list"]
