"""A tablet at the door: what is free now, and what comes next. Nobody signs in, and nobody is named."""
