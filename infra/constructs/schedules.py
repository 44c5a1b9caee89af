"""When the daily analyses start."""

from aws_cdk import Duration, TimeZone
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.rules import accept


class DailySchedules(Construct):
    """One schedule a time zone, all at the same local time; what could not be started waits in a queue."""

    def __init__(self, scope: Construct, id_: str, stage: StageConfig, machine: sfn.StateMachine) -> None:
        super().__init__(scope, id_)
        self.missed = sqs.Queue(
            self,
            "Missed",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        accept(self.missed, "AwsSolutions-SQS3", "It is itself the queue of what failed")
        group = scheduler.ScheduleGroup(self, "Group", removal_policy=stage.removal_policy)
        for zone in stage.daily_timezones:
            scheduler.Schedule(
                self,
                zone.replace("/", "-"),
                description=f"Daily analyses of users in {zone}",
                schedule_group=group,
                schedule=scheduler.ScheduleExpression.cron(
                    minute=str(stage.daily_at.minute),
                    hour=str(stage.daily_at.hour),
                    time_zone=TimeZone.of(zone),
                ),
                # Nobody waits for them: a window spreads the load of zones that share an hour.
                time_window=scheduler.TimeWindow.flexible(Duration.minutes(15)),
                target=targets.StepFunctionsStartExecution(
                    machine,
                    input=scheduler.ScheduleTargetInput.from_object({"timezone": zone}),
                    dead_letter_queue=self.missed,
                    retry_attempts=5,
                    # An hour late is still the same morning.
                    max_event_age=Duration.hours(1),
                ),
            )
