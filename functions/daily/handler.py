"""The entry point of ``daily``."""

from functions.daily.bootstrap import registration
from holisticos.contracts.workflow import DailyTask
from holisticos.runtime.handler import state_handler

lambda_handler = state_handler(DailyTask, lambda task: registration().register(task), name="register_daily")
