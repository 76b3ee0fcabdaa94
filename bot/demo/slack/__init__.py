"""A local Slack workspace on loopback."""
