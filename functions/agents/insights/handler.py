"""Lambda entry of the insights agent."""

from functions.agents.insights.spec import SPEC
from holisticos.agents.bootstrap import agent_handler

lambda_handler = agent_handler(SPEC)
