"""The memory of a run: what happened to each row, appended, synced, locked, and read again."""
