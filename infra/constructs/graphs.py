"""What the dashboard shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from holisticos.contracts.names import AgentName, CacheUse, Engine, Source
from holisticos.contracts.usage import Fallback
from holisticos.health.quality import WEIGHTS
from holisticos.health.records import DropReason
from infra.config import StageConfig
from infra.constructs.api import Api
from infra.constructs.deliveries import Deliveries
from infra.constructs.function import METRICS_NAMESPACE, ServiceFunction
from infra.constructs.schedules import DailySchedules
from infra.constructs.workflow import Workflow

_PERIOD: Final = Duration.minutes(5)
_HEIGHT: Final = 6
_Widgets = list[list[cloudwatch.IWidget]]


@dataclass(frozen=True, slots=True)
class Watched:
    """What is guarded and shown."""

    api: Api
    analysis: Workflow
    daily: Workflow
    erasure: Workflow
    schedules: DailySchedules
    deliveries: Deliveries
    webhook: ServiceFunction
    fetch_data: ServiceFunction
    agents: Sequence[ServiceFunction]
    functions: Sequence[ServiceFunction]


def graphs(stage: StageConfig, watched: Watched) -> _Widgets:
    """Rows of graphs, the most important first."""
    return [
        *_of_requests_and_analyses(watched),
        *_of_functions(watched.functions),
        *_of_health_data(stage, watched.fetch_data),
        *_of_the_language_model(stage),
    ]


def _of_requests_and_analyses(watched: Watched) -> _Widgets:
    api, analysis = watched.api.rest, watched.analysis.machine
    return [
        [
            _graph("Requests", [api.metric_count(statistic="Sum")]),
            _graph("Error rate of requests", [api.metric_client_error(), api.metric_server_error()]),
            _graph("Time to answer", [api.metric_latency(statistic=part) for part in ("p50", "p99")]),
        ],
        [
            _graph(
                "Analyses",
                [
                    analysis.metric_started(),
                    analysis.metric_succeeded(),
                    analysis.metric_failed(),
                    analysis.metric_timed_out(),
                ],
            ),
            _graph("Time of an analysis", [analysis.metric_time(statistic=part) for part in ("p50", "p99")]),
            _graph(
                "Agents that failed", [agent.function.metric_errors(label=agent.service) for agent in watched.agents]
            ),
        ],
    ]


def _of_functions(functions: Sequence[ServiceFunction]) -> _Widgets:
    return [
        [
            _graph("Errors of functions", [each.function.metric_errors(label=each.service) for each in functions]),
            _graph(
                "Time of functions, p99",
                [each.function.metric_duration(statistic="p99", label=each.service) for each in functions],
            ),
            _graph("Throttled", [each.function.metric_throttles(label=each.service) for each in functions]),
        ],
    ]


def _of_health_data(stage: StageConfig, fetch_data: ServiceFunction) -> _Widgets:
    def read(metric: str, source: Source, label: str, **more: str) -> cloudwatch.Metric:
        dimensions = {"service": fetch_data.service, "stage": stage.name, "source": source.value, **more}
        return _metric(metric, dimensions, statistic="Average", label=label)

    def dropped(reason: DropReason) -> cloudwatch.Metric:
        dimensions = {"service": fetch_data.service, "stage": stage.name, "reason": reason.value}
        return _metric("RecordsDroppedByReason", dimensions, statistic="Sum", label=_words(reason))

    sources = (Source.HEALTH_API, Source.DATABASE)
    return [
        [
            _graph(
                "Quality of health data, 0 to 1", [read("DataQuality", source, _words(source)) for source in sources]
            ),
            _graph(
                "Parts of the quality, from the health API",
                [read("DataQualityPart", Source.HEALTH_API, part, part=part) for part in WEIGHTS],
            ),
            _graph(
                "Age of the newest record, hours",
                [read("DataFreshnessHours", source, _words(source)) for source in sources],
            ),
        ],
        [
            _graph(
                "Days with data, and the longest gap in days",
                [
                    read(metric, source, f"{what}, {_words(source)}")
                    for metric, what in (("WearDays", "worn"), ("LongestGapDays", "gap"))
                    for source in sources
                ],
            ),
            _graph("Records dropped, by reason", [dropped(reason) for reason in DropReason]),
            _graph(
                "Answers about health data, by what the cache did",
                [_sum_over_services(stage, "CacheAnswers", use.value, use=use.value) for use in CacheUse],
            ),
        ],
    ]


def _of_the_language_model(stage: StageConfig) -> _Widgets:
    def by_agent(metric: str, **more: str) -> list[cloudwatch.IMetric]:
        return [_sum_over_services(stage, metric, agent.value, agent=agent.value, **more) for agent in AgentName]

    kinds = {"in": "read", "cached": "read, from the provider's cache", "out": "written"}
    return [
        [
            _graph(
                "Reports, by who chose the words",
                [
                    _sum_over_services(stage, "Wordings", engine.value, engine=engine.value, reason=None)
                    for engine in Engine
                ],
            ),
            _graph(
                "Why the rules chose the words",
                [
                    _sum_over_services(stage, "Wordings", _words(why), engine=Engine.RULES.value, reason=why.value)
                    for why in Fallback
                ],
            ),
            _graph("Cost of the language model, US dollars", by_agent("ModelCost")),
        ],
        [
            _graph(
                "Tokens of the language model",
                [_sum_over_services(stage, "ModelTokens", what, agent=None, kind=kind) for kind, what in kinds.items()],
            ),
        ],
    ]


def _metric(name: str, dimensions: dict[str, str], *, statistic: str, label: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        label=label,
        period=_PERIOD,
    )


def _sum_over_services(stage: StageConfig, name: str, label: str, **dimensions: str | None) -> cloudwatch.IMetric:
    """The sum of a metric that several functions write; a further dimension is one value, or any where it is None.

    A metric exists once for each combination of its dimensions, so that all of them must be named.
    """
    schema = ",".join([METRICS_NAMESPACE, "service", "stage", *dimensions])
    fixed = {"MetricName": name, "stage": stage.name, **dimensions}
    wanted = " ".join(f'{key}="{value}"' for key, value in fixed.items() if value is not None)
    return cloudwatch.MathExpression(
        expression=f"SUM(SEARCH('{{{schema}}} {wanted}', 'Sum', {_PERIOD.to_seconds():.0f}))",
        using_metrics={},
        label=label,
        period=_PERIOD,
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _graph(title: str, metrics: Iterable[cloudwatch.IMetric]) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8, height=_HEIGHT)
