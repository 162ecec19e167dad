"""Passwords: argon2id, slow on purpose (about 0.1 s and 64 MiB each)."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from meetings_app.core.errors import Refused

SHORTEST = 10
LONGEST = 200
HASHER = PasswordHasher()
"""The library's own choice of parameters (RFC 9106, section 4, low-memory); raised with the library."""

DUMMY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$6v/GK2Utofb/nvIL3qt5ew$J5+EP4QLbZluVqGGyhDr0lICgGhdpDITH8TN8vkyAlM"
)
"""Belongs to no account: verified where the account is unknown, so that the answer takes as long."""

_SEATS = threading.BoundedSemaphore(4)
"""How many passwords are worked on at once: bounds memory, whatever the number of requests."""


def hash_password(password: str) -> str:
    """Return the hash to store."""
    with _SEATS:
        return HASHER.hash(_normal(password))


def verify_password(password_hash: str, password: str) -> bool:
    """Return whether `password` belongs to `password_hash`; takes the same time either way."""
    with _SEATS:
        try:
            return HASHER.verify(password_hash, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(password_hash: str) -> bool:
    """Return whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


def check_strength(password: str, login: str) -> None:
    """Refuse a password that is too short, too long, or the login itself (NIST SP 800-63B, 3.1.1.2)."""
    if len(password) < SHORTEST:
        raise Refused(f"パスワードが短すぎます。{SHORTEST}文字以上にしてください。")
    if len(password) > LONGEST:
        raise Refused(f"パスワードが長すぎます。{LONGEST}文字以内にしてください。")
    if _normal(password).casefold() == login or len(set(password)) == 1:
        raise Refused(
            "推測されやすいパスワードです。利用者名や同じ文字の繰返しは避け、別のものにしてください。"
        )


def _normal(password: str) -> str:
    """Return the password in one Unicode form, so that every keyboard gives the same bytes."""
    return unicodedata.normalize("NFC", password)
