"""Faults on purpose: the running process and its neighbours are broken, and nothing is lost."""
