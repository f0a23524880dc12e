"""Other systems beside Skillway, small enough to be read whole; each can be started and is tested from end to end."""
