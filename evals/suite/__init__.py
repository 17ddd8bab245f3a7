"""The eval suite: cases over a library, what was answered, scores, a gate over two runs, and the proof that it works.

From the top down: `cases`, `records` (what was asked and answered), `asking`, `scores/`, `results` (a run as JSON),
`statistics`, `gate`, `controls`, `mutants`, `starter`, `report/`.
"""
