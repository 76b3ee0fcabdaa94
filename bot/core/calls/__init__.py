"""The call: its states, its transitions, how it ends, and what follows from that. Pure."""
