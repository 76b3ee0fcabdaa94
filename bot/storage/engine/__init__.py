"""The database as a connection: its address, sessions, transactions and group commits."""
