"""Discord → gitcfg: the commands by which a team changes its settings from a chat."""
