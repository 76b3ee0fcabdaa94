"""Text as Slack shows it: escaped, cut, isolated, and a language model's markup as rich text."""
