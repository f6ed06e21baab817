"""Calendars of spaces that programs fetch: when they are taken, for anybody; by whom, for their hosts."""
