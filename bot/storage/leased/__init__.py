"""Drafts and approvals: rows that a lane of the worker takes with a lease."""
