"""What handlers may ask for: calls, messages, approvals and rules."""
