"""The law on a placement, judged on each of its days: pure, without database and HTTP.

`judge.judge` takes a `plan.Plan` and answers with `finding.Finding`s; `rules.RULES` is the law as data. There is no
L12: the numbers are those of the district's list.
"""
