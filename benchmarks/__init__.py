"""What a booking, a page and a search cost, beside the least that the same stack could do. See README.md."""
