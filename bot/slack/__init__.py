"""Slack's Web API as the bot uses it: threads, home tabs, the installation."""
