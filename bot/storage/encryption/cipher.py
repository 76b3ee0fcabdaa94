"""Encryption by Fernet; loaded only where there are keys, since the library takes 7 MB."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Cipher:
    """Encrypts with the first of the keys, and decrypts with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, text: str) -> str:
        """Return the text, encrypted."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Return what was encrypted; raise `ValueError` for what is cut, or of another key."""
        try:
            return self._fernet.decrypt(token).decode()
        except InvalidToken:
            raise ValueError("of none of these keys") from None


def new_key() -> str:
    """Return a new key."""
    return Fernet.generate_key().decode()
