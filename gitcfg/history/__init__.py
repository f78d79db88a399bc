"""What happened: versions counted from content, who made them, what was refused."""
