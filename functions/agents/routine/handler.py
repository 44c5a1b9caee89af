"""Lambda entry of the routine agent."""

from functions.agents.routine.spec import SPEC
from holisticos.agents.bootstrap import agent_handler

lambda_handler = agent_handler(SPEC)
