"""Lambda entry of the adaptation agent."""

from functions.agents.adaptation.spec import SPEC
from holisticos.agents.bootstrap import agent_handler

lambda_handler = agent_handler(SPEC)
