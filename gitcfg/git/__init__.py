"""The repository: read at a revision, and changed by one commit that survives a kill."""
