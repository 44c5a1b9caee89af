"""What opens one stream for a short time, for clients that cannot send a token with it."""

from datetime import datetime, timedelta
from hashlib import sha256

from holisticos.contracts.base import Contract

LIFETIME = timedelta(minutes=5)
"""As long as an analysis that a user asks for may take; whoever follows longer asks for another one."""


class StreamTicket(Contract):
    """A ticket as it is stored: its digest, so that who reads the store holds no ticket and knows of no stream."""

    digest: str
    expires_at: datetime


def ticket_digest(ticket: str, stream: str) -> str:
    """The digest of a ticket for the stream at this path: the same ticket is none for any other.

    Tickets are random and long, so that a plain digest cannot be turned back.
    """
    return sha256(f"{stream}\n{ticket}".encode()).hexdigest()
