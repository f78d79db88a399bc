"""What stands at the doors of a repository: pull requests, hooks, and checks of schemas."""
