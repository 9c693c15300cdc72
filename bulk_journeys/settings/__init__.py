"""What a run is told from outside: options, addresses, the token."""
