"""Damaged and hostile files for every reader: made from small good ones, the same for the same seed.

`python tests/fuzz --inputs 1000 --seed 1` reads them and says which broke a promise of `rag.reading.read`.
"""
