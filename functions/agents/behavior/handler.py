"""Lambda entry of the behavior agent."""

from functions.agents.behavior.spec import SPEC
from holisticos.agents.bootstrap import agent_handler

lambda_handler = agent_handler(SPEC)
