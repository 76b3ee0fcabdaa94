"""The pure heart: calls and their transitions, requests, numbers, outcomes, errors. No I/O."""
