"""What every request passes before its route: identification, limits, and what is told of it afterwards."""
