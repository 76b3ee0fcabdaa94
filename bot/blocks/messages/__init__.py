"""What is posted in a channel, a thread or a direct message."""
