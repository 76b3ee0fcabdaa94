"""What people see, each surface in every state: what the gallery and the pictures show."""
