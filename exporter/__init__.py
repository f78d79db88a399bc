"""Scheduled exports: queued accounting entries leave as CSV files, steered by settings in git."""
