"""Measures what a person would feel, each time beside what they would use otherwise."""
