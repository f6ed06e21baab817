"""Who has come, who has left, who stays away; and the codes at the desks."""
