"""How fast requests may start, and how many may be in flight."""
