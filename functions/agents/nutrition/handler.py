"""Lambda entry of the nutrition agent."""

from functions.agents.nutrition.spec import SPEC
from holisticos.agents.bootstrap import agent_handler

lambda_handler = agent_handler(SPEC)
