"""The vendor's API: requests, answers, and what an answer proves."""
