"""A clone in step with its upstream: fetch, fast-forward, push, and what stands in the way."""
