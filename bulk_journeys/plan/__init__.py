"""From rows to a plan: what would be done, and every row that cannot be, before anything is sent."""
