"""`python -m bulk_journeys`."""

from bulk_journeys.cli import main

if __name__ == "__main__":
    main()
