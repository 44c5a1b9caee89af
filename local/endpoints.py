"""Where everything of a running stack is found."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from holisticos.contracts.names import HealthProvider
from local.llm import Llm


@dataclass(frozen=True)
class Endpoints:
    """Addresses and names of a running stack; written to ``.local/endpoints.json`` for other tools.

    ``functions`` are keyed ``api``, ``webhook``, ``ingest``, ``fetch_data``, ``agent_{name}``, ``aggregate``,
    ``daily``, ``erasure``;
    ``tables`` by ``analyses``, ``users``, ``audit``, ``ephemeral``; ``state_machines`` by
    ``analysis``, ``daily``, ``erasure``. ``database_url`` holds the password of the local database.
    ``language_model_url`` is the stand-in's, to which ``/responses`` is appended, whether it is the one that is asked
    or not; ``language_model`` says which one that is. Its switches are at the same address, above ``/v1``.
    ``health_api_url`` is that of the simulated upstream, which speaks for every provider; ``health_provider`` is the
    one that the functions ask.
    """

    api_url: str
    health_api_url: str
    health_provider: HealthProvider
    database_url: str = field(repr=False)
    emulator_url: str
    language_model_url: str
    language_model: Llm
    region: str
    tables: dict[str, str]
    functions: dict[str, str]
    state_machines: dict[str, str]
    user_pool_id: str
    user_pool_client_id: str
    snapshot_bucket: str
    database_secret_arn: str
    health_api_secret_arn: str
    language_model_secret_arn: str
    webhook_secret_arn: str
    delivery_queue_url: str
    failed_deliveries_url: str

    def write(self, path: Path) -> None:
        """Replace the file at ``path``; only its owner may read it."""
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Endpoints":
        """Raises ``FileNotFoundError`` where no stack has been up."""
        known = json.loads(path.read_text(encoding="utf-8"))
        chosen = {
            "health_provider": HealthProvider(known["health_provider"]),
            "language_model": Llm(known["language_model"]),
        }
        return cls(**{**known, **chosen})
