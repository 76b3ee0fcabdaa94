"""What opens for one person: forms, pages of text, and the home tab."""
