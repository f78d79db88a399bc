"""What the bot answers: pure functions from facts to cards within Discord's limits."""
