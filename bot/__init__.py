"""The rooms: what a call is and what happens to it."""
