"""What a person does, and how consistently."""

from functions.agents.behavior.activity import activity
from functions.agents.behavior.engagement import engagement
from functions.agents.behavior.input import BehaviorInput
from functions.agents.behavior.regularity import regularity
from functions.agents.behavior.sleep import free_days
from holisticos.agents.spec import Analysis, combine


def analyse(data: BehaviorInput) -> Analysis:
    return combine(engagement(data), activity(data), free_days(data), regularity(data))
