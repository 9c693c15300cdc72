"""From a user's file to the ways to read it, streaming: one promise, that no row is dropped or misread in silence."""
