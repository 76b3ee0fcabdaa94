"""The benchmarks, run by hand: `python -m tests.bench`."""
