"""The commands beside `serve` and `demo`, one file each."""
