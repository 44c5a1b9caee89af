"""Profiles of users, those who never stored one among them."""

from holisticos.contracts.errors import NotFoundError
from holisticos.health.profile import Profile
from holisticos.ports import UserStore


def profile_of(users: UserStore, user_id: str) -> Profile:
    """The user's profile; the defaults for a user who never stored one."""
    try:
        return users.profile(user_id)
    except NotFoundError:
        return Profile(user_id=user_id)
