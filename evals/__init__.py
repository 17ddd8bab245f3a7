"""Measurements of the product, by its public names only. Each is run as `python -m evals.NAME`."""
