"""What comes of an accepted offer: agreement, desk, presence and papers."""
