"""The papers of a placement: agreement and certificate, as tagged PDF."""
