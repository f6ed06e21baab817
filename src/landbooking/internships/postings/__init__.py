"""What is offered: from the draft to the archive, and finding it."""
