"""What a bot calls: Slack's Web API."""
