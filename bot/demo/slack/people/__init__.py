"""What people do in a workspace."""
