"""What can go wrong with the demo's own servers."""


class EmbeddedError(Exception):
    """One clear sentence for a person; where a server itself failed, its last log lines follow."""
