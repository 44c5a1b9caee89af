"""The stand-in for a user's id wherever the id itself has no business."""

from hashlib import sha256


def user_digest(user_id: str) -> str:
    """32 hex digits for one user: the same in logs, snapshot keys and page cursors, so that they can be joined.

    It keeps ids out of sight; it is no secret, since whoever knows an id can compute it.
    """
    return sha256(f"holisticos:{user_id}".encode()).hexdigest()[:32]
