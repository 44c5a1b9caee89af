"""Lambda entry of the memory agent."""

from functions.agents.memory.spec import SPEC
from holisticos.agents.bootstrap import agent_handler

lambda_handler = agent_handler(SPEC)
