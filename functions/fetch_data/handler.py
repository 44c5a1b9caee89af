"""The Lambda function of the states ``FetchFromHealthApi`` and ``FetchFromDatabase``."""

from functions.fetch_data.bootstrap import fetch_data
from holisticos.contracts.workflow import FetchTask
from holisticos.runtime.handler import state_handler

lambda_handler = state_handler(FetchTask, lambda task: fetch_data().execute(task))
