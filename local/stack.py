"""The whole stack on this machine: brought up, looked at, taken down."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from database.migrate import migrate
from holisticos.contracts.errors import HolisticOsError
from holisticos.contracts.names import HealthProvider
from local import build, emulator, functions, postgres
from local.assembly import Assembly
from local.deploy import Deployer, Deployment
from local.emulator import REGION, Emulator
from local.endpoints import Endpoints
from local.functions import Functions
from local.health_api.tokens import CLIENT_ID, CLIENT_SECRET
from local.llm import Llm, provider
from local.logs import log_lines
from local.overlay import overlay
from local.postgres import Postgres
from local.processes import LOOPBACK, Ports, Processes
from local.simulated_service import HEALTH_API, LANGUAGE_MODEL, SimulatedService
from local.state import PROJECT, LocalStackError, StateDirectory, plain_errors

COMPONENTS = (postgres.NAME, HEALTH_API, LANGUAGE_MODEL, functions.NAME, emulator.NAME)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Component:
    """One process of the stack; ``state`` is ``running``, ``stopped`` or ``crashed``."""

    name: str
    state: str
    pid: int | None = None
    port: int | None = None
    address: str | None = None

    @property
    def running(self) -> bool:
        return self.state == "running"


class Stack:
    """The stack whose state is in one folder. Several may run side by side, each in its own.

    ``ports`` fixes ports by component name; the others are free ones, kept from one start to the next.
    """

    def __init__(self, state: Path = PROJECT / ".local", ports: Mapping[str, int] | None = None) -> None:
        self.state = StateDirectory(state.absolute())
        self._fixed_ports = dict(ports or {})
        self._processes = Processes(self.state)
        self._postgres = Postgres(self.state, self._processes)
        data = ("--data-file", str(self.state.health_data))
        self._health_api = SimulatedService(HEALTH_API, "local.health_api", self.state, self._processes, data)
        self._model = SimulatedService(LANGUAGE_MODEL, "local.language_model", self.state, self._processes)
        self._functions = Functions(self.state, self._processes)
        self._emulator = Emulator(self.state, self._processes)

    def up(self, progress: Progress, llm: Llm | None = None, provider: HealthProvider | None = None) -> Endpoints:
        """Bring everything up that is not, deploy what has changed, and say where all of it is.

        Without ``llm`` and ``provider`` a stack that is up keeps the language model and the provider of health data
        it has; another has no model, and asks hos-fapi.

        Raises:
            LocalStackError: something is in the way. What this call started is stopped again.
        """
        with self.state.lock():
            self.state.create()
            with plain_errors("cannot start the stack"):
                for found in self._processes.sweep():
                    progress(f"Cleaned up after a run that was killed: {found}")
                before = [name for name in COMPONENTS if self._processes.running(name)]
                try:
                    present = Endpoints.read(self.state.endpoints) if self.is_up() else None
                    return self._up(
                        progress,
                        llm or (present.language_model if present else Llm.NONE),
                        provider or (present.health_provider if present else HealthProvider.HOS_FAPI),
                    )
                except BaseException:
                    self._stop(*(name for name in COMPONENTS if name not in before))
                    raise

    def down(self, progress: Progress) -> None:
        """Stop everything; what was stored stays. Nothing of the stack is left running, whatever happened before.

        Raises:
            LocalStackError: another command is changing the stack.
        """
        with self.state.lock(), plain_errors("cannot stop the stack"):
            if any(self._processes.running(name) for name in COMPONENTS):
                progress("Stopping the stack")
            self._stop(*COMPONENTS)
            self._processes.sweep()

    def erase(self, progress: Progress) -> None:
        """Take the stack down and delete all it has stored."""
        self.down(progress)
        self._postgres.erase()
        shutil.rmtree(self.state.path, ignore_errors=True)

    def is_up(self) -> bool:
        return self.state.endpoints.exists() and all(component.running for component in self.status())

    def endpoints(self) -> Endpoints:
        """Where everything is. Raises ``LocalStackError`` where the stack is not up."""
        # Without the stand-in for a language model everything works, and says so.
        missing = [part.name for part in self.status() if not part.running and part.name != LANGUAGE_MODEL]
        if missing or not self.state.endpoints.exists():
            what = (
                "is down" if len(missing) == len(COMPONENTS) - 1 else f"is not whole ({', '.join(missing)} not running)"
            )
            raise LocalStackError(f"the stack {what}; start it with `holisticos up`")
        return Endpoints.read(self.state.endpoints)

    def status(self) -> list[Component]:
        """Every component, running or not."""
        return [self._component(name) for name in COMPONENTS]

    def logs(self, *, follow: bool = False) -> Iterator[str]:
        """The lines of all logs, each with the name of its component or function before it."""
        return log_lines(self.state.logs, follow=follow)

    def _component(self, name: str) -> Component:
        record = self._processes.find(name)
        if record is None:
            return Component(name, "stopped")
        address = f"{LOOPBACK}:{record.port}" if record.port else None
        state = "running" if record.is_alive else "crashed"
        return Component(name, state, record.pid, record.port, address)

    def _up(self, progress: Progress, llm: Llm, health_provider: HealthProvider) -> Endpoints:
        database_port, health_port, model_port, emulator_port = (
            self._port(name) for name in (postgres.NAME, HEALTH_API, LANGUAGE_MODEL, emulator.NAME)
        )
        model_url = f"http://{LOOPBACK}:{model_port}/v1"
        asked = provider(llm, model_url)
        progress("Starting the database, the health API and the embedded cloud; building what has changed")
        with ThreadPoolExecutor(max_workers=6) as pool:
            layer = pool.submit(build.host_layer)
            assembly = pool.submit(build.synthesized)
            database = pool.submit(self._start_database, database_port)
            services = [
                pool.submit(self._health_api.start, health_port),
                pool.submit(self._model.start, model_port),
            ]
            cloud = pool.submit(self._start_cloud, emulator_port)
            deployable = overlay(
                Assembly.read(assembly.result(), REGION), layer=layer.result().path, layer_digest=layer.result().digest
            )
            cloud.result()
            for service in services:
                service.result()
            database_url = database.result()
        progress("Deploying the stack")
        emulator_url = emulator.url(emulator_port)
        health_url = f"http://{LOOPBACK}:{health_port}"
        deployer = Deployer(emulator_url)
        deployment = deployer.deploy(
            deployable,
            {
                "HealthApiBaseUrl": health_url,
                "HealthProvider": health_provider.value,
                "LanguageModelBaseUrl": asked.base_url,
            },
        )
        sahha = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        deployer.set_secret(deployment.outputs["HealthApiSecretArn"], json.dumps(sahha))
        deployer.set_secret(deployment.outputs["DatabaseSecretArn"], json.dumps({"url": database_url}))
        deployer.set_secret(deployment.outputs["LanguageModelSecretArn"], json.dumps({"api_key": asked.key}))
        endpoints = _endpoints(
            deployable.template,
            deployment,
            api_url=_api_url(deployment.outputs["ApiUrl"], emulator_url),
            health_api_url=health_url,
            health_provider=health_provider,
            database_url=database_url,
            emulator_url=emulator_url,
            language_model_url=model_url,
            language_model=llm,
        )
        endpoints.write(self.state.endpoints)
        return endpoints

    def _port(self, name: str) -> int:
        running = self._processes.running(name)
        if running and running.port:
            return running.port
        return self._fixed_ports.get(name) or Ports(self.state.ports).choose(name)

    def _start_database(self, port: int) -> str:
        url = self._postgres.start(port)
        try:
            migrate(url)
        except HolisticOsError as error:
            raise LocalStackError(f"the database cannot be migrated: {error}") from error
        return url

    def _start_cloud(self, port: int) -> None:
        self._functions.start(build.function_runtime())
        self._emulator.start(port, self._functions.socket)

    def _stop(self, *names: str) -> None:
        # Functions first: an event that waits for news would hold up the emulator, which saves its state at its end.
        stops = {
            functions.NAME: self._functions.stop,
            emulator.NAME: self._emulator.stop,
            HEALTH_API: self._health_api.stop,
            LANGUAGE_MODEL: self._model.stop,
            postgres.NAME: self._postgres.stop,
        }
        for name, stop in stops.items():
            if name in names:
                stop()


def _endpoints(template: dict[str, Any], deployment: Deployment, **addresses: Any) -> Endpoints:
    outputs = deployment.outputs
    return Endpoints(
        **addresses,
        region=REGION,
        tables={name: outputs[f"{name.capitalize()}Table"] for name in ("analyses", "users", "audit", "ephemeral")},
        functions={
            resource["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: deployment.resources[name]
            for name, resource in template["Resources"].items()
            if resource["Type"] == "AWS::Lambda::Function"
        },
        state_machines={
            name: outputs[f"{name.capitalize()}StateMachineArn"] for name in ("analysis", "daily", "erasure")
        },
        user_pool_id=outputs["UserPoolId"],
        user_pool_client_id=outputs["UserPoolClientId"],
        snapshot_bucket=outputs["SnapshotBucket"],
        database_secret_arn=outputs["DatabaseSecretArn"],
        health_api_secret_arn=outputs["HealthApiSecretArn"],
        language_model_secret_arn=outputs["LanguageModelSecretArn"],
        webhook_secret_arn=outputs["WebhookSecretArn"],
        delivery_queue_url=outputs["DeliveryQueueUrl"],
        failed_deliveries_url=outputs["FailedDeliveriesUrl"],
    )


def _api_url(output: str, emulator_url: str) -> str:
    """The address of the REST API by path: names below ``localhost`` do not resolve everywhere.

    ``output`` is AWS's form, ``https://{api}.execute-api.{region}.amazonaws.com/{stage}/``.
    """
    host, _, stage = output.partition("://")[2].partition("/")
    return f"{emulator_url}/restapis/{host.partition('.')[0]}/{stage.strip('/')}/_user_request_"
