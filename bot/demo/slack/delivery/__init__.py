"""How the bot is told, and answers."""
