"""Tests of what is asked of Slack."""
