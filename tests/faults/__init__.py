"""Faults on purpose: the running process and its neighbors are broken, and nothing is lost."""
