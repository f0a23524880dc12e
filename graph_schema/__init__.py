"""What the graph holds and how it is asked."""
