"""The feed: a channel that is told every change to the settings, whoever made it, in order."""
