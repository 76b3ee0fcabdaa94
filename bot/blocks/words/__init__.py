"""The sentences: each state, outcome, reason and problem in words, wherever they are shown."""
