"""What `skillway bench` measures."""
