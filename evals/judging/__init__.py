"""The parts of `evals.judge`: the sets, what is measured on them, edited sentences, the time it takes, the report."""
