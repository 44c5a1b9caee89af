"""When the daily analyses start."""

from aws_cdk import Duration
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.rules import accept


class DailySchedules(Construct):
    """One schedule, every quarter of an hour: somewhere it is morning. The workflow finds out where.

    What could not be started waits in a queue.
    """

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
        scheduler.Schedule(
            self,
            "Mornings",
            description="Daily analyses of users for whom it is morning",
            schedule_group=group,
            schedule=scheduler.ScheduleExpression.cron(minute="0/15"),
            target=targets.StepFunctionsStartExecution(
                machine,
                # When it was due, not when it came to run: a late run stands for its own quarter of an hour.
                input=scheduler.ScheduleTargetInput.from_object(
                    {"scheduled_for": scheduler.ContextAttribute.scheduled_time}
                ),
                dead_letter_queue=self.missed,
                retry_attempts=5,
                # An hour late is still the same morning.
                max_event_age=Duration.hours(1),
            ),
        )
