"""Those who watch a run: progress for people, a log for later. None of them may hurt it.

The journal is the promise; what is told here is gossip, and an observer that fails is dropped with one warning.
"""
