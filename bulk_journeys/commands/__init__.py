"""One function a verb. Each returns the exit code of its command."""
