"""The journey lifecycle API, simulated on this machine with its limits and faults.

It is written from the vendor's documentation alone and shares no code with the client, so that a misread
protocol cannot agree with itself. Nothing is imported here: the command line imports `command` to list it, and its help
must not wait for a server.
"""
