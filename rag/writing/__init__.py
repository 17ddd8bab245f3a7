"""Writers: who puts an answer together from the passages that were found."""
