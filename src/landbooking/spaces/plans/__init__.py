"""Floor plans: hosts draw them, residents pick a place on them."""
