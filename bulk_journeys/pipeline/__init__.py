"""Plan to outcomes: what to send, when, how often, and what the answers mean."""
