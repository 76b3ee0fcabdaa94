"""Tests of Block Kit: each surface, and the text on it."""
