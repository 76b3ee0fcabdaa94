"""What the policy looks up in the database, and the lists that it goes by."""
