"""Those who watch a run: progress for people, a log for later. None of them may hurt it.

The journal is the promise; what is told here is gossip, and an observer that fails is dropped with one warning.
"""

from bulk_journeys.observe.progress import BarProgress, PlainProgress, progress
from bulk_journeys.observe.runlog import RunLog, run_log
from bulk_journeys.observe.watchers import Watcher, Watchers

__all__ = ["BarProgress", "PlainProgress", "RunLog", "Watcher", "Watchers", "progress", "run_log"]
