"""Local stand-ins for Slack and CallCow, for trying Ringback out and for its tests."""
