"""Districts and their municipalities. Everything that can be booked lies in one."""
