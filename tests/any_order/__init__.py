"""Whatever takes or frees time, in any order: the database and a plain model of it must always agree.

`model` is the plain model, `ground` what happens in the database and how a refusal is compared with the model's; the
rules are in a file a subject, and `agreement` says what must be so after each of them.
"""
