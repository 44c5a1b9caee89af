"""While a user's data are being erased, nothing of them is read anew or written: it would come back to life."""

import asyncio

from functions.api.access import OwnUserId
from functions.api.dependencies import Deps
from functions.api.problems import BEING_ERASED, ProblemError


async def not_being_erased(user_id: OwnUserId, deps: Deps) -> None:
    """Raises the problem ``being-erased``."""
    if await asyncio.to_thread(deps.erasures.is_being_erased, user_id):
        raise ProblemError(BEING_ERASED, "Afterwards you may begin anew.")
