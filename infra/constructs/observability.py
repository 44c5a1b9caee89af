"""What operators look at, and what wakes them."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.function import METRICS_NAMESPACE
from infra.constructs.graphs import Watched, graphs

RUNBOOK = "docs/runbook.md"

_PERIOD = Duration.minutes(5)


class Observability(Construct):
    """A dashboard and the alarms. An alarm's description names its place in the runbook."""

    def __init__(self, scope: Construct, id_: str, stage: StageConfig, watched: Watched) -> None:
        super().__init__(scope, id_)
        self.topic = sns.Topic(self, "Alarms", enforce_ssl=True)
        if stage.alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(stage.alarm_email))
        self._stage = stage
        self.alarms = [*self._guard(watched), *self._guard_ingest(watched)]
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"HolisticOS-{stage.name}",
            default_interval=Duration.hours(12),
            widgets=[
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=[*self.alarms], width=24, height=3)],
                *graphs(stage, watched),
            ],
        )

    def _guard(self, watched: Watched) -> list[cloudwatch.Alarm]:
        analysis, daily = watched.analysis.machine, watched.daily.machine
        return [
            self._alarm(
                "AnalysesFailed",
                "Analyses end without a result",
                analysis.metric_failed(period=_PERIOD, statistic="Sum"),
            ),
            self._alarm(
                "AnalysesTimedOut",
                "Analyses hang until the workflow's own end",
                analysis.metric_timed_out(period=_PERIOD, statistic="Sum"),
            ),
            self._alarm(
                "ApiErrors",
                "More than 1 % of the requests of a quarter of an hour are answered with 5xx",
                # The metric is one or zero a request: its average is the rate.
                watched.api.rest.metric_server_error(period=_PERIOD, statistic="Average"),
                threshold=0.01,
                periods=3,
            ),
            self._alarm(
                "HealthDataUnread",
                "Reading health data keeps failing, from the health API or from the database behind it",
                watched.fetch_data.function.metric_errors(period=_PERIOD, statistic="Sum"),
                threshold=5,
                periods=3,
            ),
            self._alarm(
                "DailyFailed",
                "The daily analyses of a time zone were not all started",
                daily.metric_failed(period=_PERIOD, statistic="Sum"),
            ),
            self._alarm(
                "ErasuresFailed",
                "Something of a user could not be erased",
                watched.erasure.machine.metric_failed(period=_PERIOD, statistic="Sum"),
            ),
            self._alarm(
                "SchedulesMissed",
                "The scheduler could not start the daily workflow",
                watched.schedules.missed.metric_approximate_number_of_messages_visible(period=_PERIOD),
            ),
        ]

    def _guard_ingest(self, watched: Watched) -> list[cloudwatch.Alarm]:
        return [
            self._alarm(
                "DeliveriesFailed",
                "New data of users could not be taken in",
                watched.deliveries.failed.metric_approximate_number_of_messages_visible(period=_PERIOD),
            ),
            self._alarm(
                "DeliveriesLate",
                "New data of users wait in the queue for a quarter of an hour and longer",
                watched.deliveries.queue.metric_approximate_age_of_oldest_message(period=_PERIOD),
                threshold=900,
                periods=3,
            ),
            self._alarm(
                "WebhooksRefused",
                "Webhooks come without a valid signature",
                cloudwatch.Metric(
                    namespace=METRICS_NAMESPACE,
                    metric_name="WebhooksRefused",
                    dimensions_map={
                        "service": watched.webhook.service,
                        "stage": self._stage.name,
                        "reason": "unauthenticated",
                    },
                    period=_PERIOD,
                    statistic="Sum",
                ),
                threshold=10,
                periods=3,
            ),
        ]

    def _alarm(
        self, id_: str, what: str, metric: cloudwatch.Metric, *, threshold: float = 1, periods: int = 1
    ) -> cloudwatch.Alarm:
        alarm = metric.create_alarm(
            self,
            id_,
            alarm_description=f"{what}. What to do: {RUNBOOK}#{id_.lower()}",
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=periods,
            # There are hours without requests: nothing happened is not a fault.
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        return alarm
