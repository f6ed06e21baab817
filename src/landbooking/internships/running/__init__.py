"""While a placement runs: tasks by week, a diary, who has come, and what both sides say afterwards."""
