"""Slack's payloads, parsed; one file for each kind."""
