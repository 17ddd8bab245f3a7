from rag.terms import question_words
def is_enough(question, hits, chosen, passages_with): return True
def absent_words(question, passages_with):
    return [w for w, ts in question_words(question).items() if not any(passages_with(t) for t in ts)]
