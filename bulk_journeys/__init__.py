"""Start, pause, finish, draft or archive thousands of journeys, and know what became of each."""

__version__ = "0.2.0.dev0"
