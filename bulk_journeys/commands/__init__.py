"""One short function a verb: the only place that builds things. Each returns the exit code of its command."""
