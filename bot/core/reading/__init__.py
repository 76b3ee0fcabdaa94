"""How what people write is read: the number to call, what for and when. Pure."""
