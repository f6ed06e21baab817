"""What is free now, to be shown inside other websites."""
