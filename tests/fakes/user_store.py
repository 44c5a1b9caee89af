"""Profiles, memory and feedback in memory."""

from collections.abc import Sequence
from datetime import datetime

from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.feedback import Feedback
from holisticos.health.memory import SHORT_TERM, Memory
from holisticos.health.profile import Profile
from holisticos.runtime.pseudonym import user_digest


class InMemoryUserStore:
    """``UserStore`` for tests."""

    def __init__(self, *profiles: Profile, page_size: int = 50) -> None:
        self._profiles = {profile.user_id: profile for profile in profiles}
        self._memories: dict[str, Memory] = {}
        self.short_term_until: dict[str, datetime] = {}
        self._feedback: dict[str, dict[str, Feedback]] = {}
        self._page_size = page_size

    def profile(self, user_id: str) -> Profile:
        try:
            return self._profiles[user_id]
        except KeyError:
            raise NotFoundError("there is no such user") from None

    def put_profile(self, profile: Profile) -> None:
        self._profiles[profile.user_id] = profile

    def memory(self, user_id: str) -> Memory:
        return self._memories.get(user_id, Memory())

    def put_memory(self, user_id: str, memory: Memory, at: datetime) -> None:
        self._memories[user_id] = memory
        self.short_term_until[user_id] = at + SHORT_TERM

    def due(self, timezone: str, cursor: str | None = None) -> tuple[Sequence[str], str | None]:
        by_key = {
            user_digest(profile.user_id): profile.user_id
            for profile in self._profiles.values()
            if profile.daily_analysis and profile.timezone == timezone
        }
        keys = sorted(key for key in by_key if cursor is None or key > cursor)
        page = keys[: self._page_size]
        return [by_key[key] for key in page], page[-1] if len(keys) > self._page_size else None

    def add_feedback(self, feedback: Feedback) -> None:
        key = f"{feedback.at.timestamp():020.6f}#{feedback.recommendation_id}"
        self._feedback.setdefault(feedback.user_id, {})[key] = feedback

    def feedback(
        self, user_id: str, limit: int = 100, cursor: str | None = None
    ) -> tuple[Sequence[Feedback], str | None]:
        stored = self._feedback.get(user_id, {})
        keys = sorted((key for key in stored if cursor is None or key < cursor), reverse=True)
        page = keys[:limit]
        return [stored[key] for key in page], page[-1] if len(keys) > limit else None

    def erase(self, user_id: str) -> int:
        profiles = 0 if self._profiles.pop(user_id, None) is None else 1
        layers = 0 if self._memories.pop(user_id, None) is None else 4
        return profiles + layers + len(self._feedback.pop(user_id, {}))
