"""Installing the app: Slack's OAuth, version 2."""
