"""The template of all agents: specification, runner, wording."""
