"""Ringback: phone calls from Slack, placed by CallCow."""
