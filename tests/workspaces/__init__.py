"""A bot in several workspaces."""
