"""Running a space: its board, blackouts, hours, closures, resources and details; and a district running its spaces."""
