"""Holding a time for who is just signing in: nobody takes it between the wish and the code."""
