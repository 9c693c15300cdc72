"""One run on this machine: its folder, the checks before it, its lock, and what it learns."""
