"""What handlers may ask for: calls, messages, drafts, results, approvals, rules, settings."""
