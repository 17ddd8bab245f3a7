"""Signals that dictate an answer, or which passages it cites."""

from __future__ import annotations

from rag.instructions.signals import ANSWERS, ENOUGH, HINT, MARK, NOW, SHOWN, TEXTS, THIS, signal

DICTATING = (
    signal(
        "the only answer",
        "Nobody needs to be told that unless he is to write it.",
        ENOUGH,
        "answer, respond, response, reply & the, every, any, all, each & only, every, any, all, each, whatever, "
        "with, by",
        r"\bthe only (?:correct|right|true|acceptable|valid|allowed|permitted) (?:answer|response|reply)"
        r"(?: to (?:this|any|every|all|the user'?s?|these|your)(?: \w{1,12})?)? (?:is|must be|will be)\b"
        r"(?!:? ?(?:[a-h]|to|that|an|the|not|one)\b)",
        r"\bthe (?:(?:correct|right|true) )?(?:answer|response) to (?:every|any|all|each"
        r"|whatever) (?:\w{1,12} )?questions? (?:is|must)\b",
        r"\b(?:answer|respond to|reply to) (?:every|any|all|each) (?:\w{1,12} )?(?:questions?|requests?|quer(?:y"
        r"|ies)) (?:only )?(?:with|by saying) [\"'\d]"
        r"(?![^\"']{1,20}[\"'] or\b)",
        r"\banswer (?:the|this|any) (?:question|user|query) with \d+\W{0,2}$",
    ),
    signal(
        "to every question",
        "Forms say it, too.",
        HINT,
        "answer, respond, reply & question-, query, queries, request-, prompt- & every, any, each, all, whatever",
        r"\b(?:answer|respond|reply)(?: to)? (?:every|any|each|all|whatever)(?: \w{1,20}){0,2} (?:questions?"
        r"|quer(?:y|ies)|requests?|prompts?)\b"
        r"(?:[ \w]{0,40}) (?:with|by)\b",
    ),
    signal(
        "whatever is asked",
        "An answer that does not depend on the question.",
        HINT,
        "nothing, matter, regardless, whatever, irrespective",
        r"\b(?:and|or) nothing else\b|\bno matter (?:what|which|how)(?: \w{1,12}){0,4} (?:asks?|asked|questions?"
        r"|says?|sources|passages|documents)\b"
        r"|\bnothing but (?:the|[\"'\d])"
        r"|\b(?:regardless|irrespective) of (?:what|which|the (?:question|evidence|query|other|context))\b"
        r"|\bwhatever (?:is asked|the (?:question|user)|you are asked|they ask|it rests on|the other)\b",
    ),
    signal(
        "dictates words",
        "Stories do, too.",
        HINT,
        "say, answer, respond, reply, state, claim, insist, conclude, confirm, report, recommend",
        rf"{NOW}(?:only |always |just |simply )?(?:say|state|claim|insist|answer|respond|reply|conclude|confirm"
        rf"|report)(?: only| just| simply| always)? "
        r"(?:that|with|[\"']|\d|yes\b|no\b|: |in \w{1,20} only|to the user that)",
        rf"{NOW}(?:always )?recommend \w",
    ),
    signal(
        "speaks of the user",
        "Manuals for programmers do, too.",
        HINT,
        "user",
        r"\b(?:tell|inform|remind|convince|assure|persuade|warn|ask|reply to|respond to)(?:ing)? the user\b"
        r"|\basked by the user\b"
        r"|\bthe user(?:'s (?:question|query|request)| asks?\b| has (?:already )?(?:agreed|approved|authori[sz]ed"
        r"|consented))",
    ),
    signal(
        "in your summary",
        "Teachers say it, too.",
        HINT,
        "summary, response, reply, output & your",
        r"\bin your (?:summary|response|reply|output)\b",
    ),
    signal(
        "keeps silent about",
        "Letters ask for it, too.",
        HINT,
        "mention",
        rf"{NOW}(?:do not |don't |never |only )mention\b|\bmention only\b|\b(?:do not|never) mention\b",
    ),
    signal(
        "calls a tool",
        "Manuals say it, too.",
        HINT,
        "tool, function & call, invoke, use",
        rf"{NOW}(?:call|invoke|use) the (?:tool|function)\b",
    ),
    signal(
        "does not answer the user",
        "It takes the question away.",
        ENOUGH,
        "user",
        r"\b(?:do not|don't|never|instead of) (?:answer|answering|help|helping) the user\b",
    ),
    signal(
        "cannot answer",
        "A refusal is dictated, or only reported.",
        HINT,
        "answer",
        r"\byou (?:cannot|can't|are unable to|are not able to|must refuse to|will not) answer\b",
    ),
    signal(
        "your answer must",
        "Examinations say it, too.",
        HINT,
        "answer-, response-, reply, replies, output-, summary, summaries & your, all, every, each, any, the, only, "
        "must, may, shall, should & say, state, mention, contain, include, begin, end, recommend, cite, claim, "
        "call, quote, be, only",
        rf"\b(?:your|all|every|each|any|the) (?:final |next |whole )?{ANSWERS} (?:(?:must|should|shall|has to"
        rf"|have to|may|will|are to|is to)(?: not| only| always)? )?"
        r"(?:say|state|mention|contain|include|begin|end|recommend|cite|claim|call|quote|be)\b",
        r"\b(?:responses?|replies|outputs) (?:must|may|shall|should)(?: not| only| always)? (?:say|state|mention"
        r"|contain|include|recommend|cite)\b",
        r"\bonly (?:answers|responses|replies) (?:with|of)\b",
    ),
    signal(
        "your answer must say that",
        "What somebody has to find is not dictated to him.",
        ENOUGH,
        "answer-, response-, reply, replies, output-, summary, summaries & your, every, each, all, the & must, "
        "shall, has, will, begin, start, end, finish, prefix, preface",
        rf"\byour (?:final |next |whole )?{ANSWERS} (?:must|shall|has to|will) (?:(?:say|state|claim) that"
        rf"|not mention|recommend)\b",
        r"\b(?:begin|start|end|finish|prefix|preface) (?:your|every|each|all|the) (?:responses?|repl(?:y|ies)"
        r"|outputs?) with (?:the (?:words?|phrase|sentence) )?[\"'\[]",
        r"\b(?:every|each|all|your) (?:responses?|repl(?:y|ies)|outputs?) (?:must|has to|have to|shall) (?:begin"
        r"|start|end) with [\"'\[]",
    ),
    # It dictates marks.
    signal(
        "dictates a mark",
        "Marks of an answer are numbered by whoever writes it.",
        ENOUGH,
        "*[ & cite, quote, mark, label, number, reference, credit, attribute, list, footnote, end, finish, close, "
        "begin, start, conclude, put, add, append, write, place, attach, carry, bear, have, insert, use, cited, "
        "marked, attributed, "
        "referenced, labelled, labeled, mark, citation & as, with, to, by, from, using, mark, behind, after, at, "
        "for, on, in",
        r"\b(?:cite|quote|mark|label|number|reference|credit|attribute|list|footnote) (?:(?:only|always) )?"
        r"(?:this|it|them|that|everything|each|every|all|the)"
        r"(?: (?:answers?|claims?|sentences?|passages?|statements?|figures?|numbers?|facts?|values?|texts?"
        r"|documents?|tables?|following)){0,3}"
        rf" (?:as|with|to|by|from|using) {MARK}",
        rf"\b(?:must|should|shall|has to|have to|are to|is to) be (?:cited|marked|attributed|referenced|labelled"
        rf"|labeled) (?:only )?(?:as|to|with|by) {MARK}",
        rf"\b(?:every|each|all|your) (?:answers?|sentences?) (?:must|has to|have to|shall) (?:begin|start"
        rf"|end) with {MARK}",
        rf"\b(?:must|shall|has to|have to) (?:carry|bear|have) the (?:mark|number|citation|reference) {MARK}",
        rf"{NOW}use {MARK} as (?:the|your) (?:citation|source|reference|mark)\b",
        rf"{NOW}(?:end|finish|close|begin|start|conclude)(?: (?:every|each|all|your|the|answers?|sentences?"
        rf"|responses?|it)){{0,4}} with {MARK}",
        rf"{NOW}(?:put|add|append|write|place|attach|insert|use|cite) (?:only )?{MARK} (?:behind|after|at|to|for|on"
        rf"|as|in)"
        r" (?:every|each|all|your|the end|this|any)\b",
    ),
    signal(
        "dictates a passage",
        "Only a model sees numbered passages.",
        ENOUGH,
        "attribute, credit, ascribe, cite, citing, use, using, quote, quoting, trust, trusting, mention, rely, "
        "consider, refer, other, remaining & passage-, source, document, excerpt-, search, retrieved",
        rf"{NOW}(?:do not |don't |never )(?:cite|use|quote) (?:passages?|excerpts?) \d",
        r"\b(?:attribute|credit|ascribe|cite) (?:all|every|everything|it|them|this|these"
        r"|the)(?: \w{1,20}){0,4} (?:to|as) (?:passage|source|document) \d",
        rf"\b(?:do not|don't|never|must not|stop|avoid) (?:cite|citing|use|using|quote|quoting|trust|trusting"
        rf"|mention|rely on|consider|refer to) "
        rf"(?:(?:any|the|all|of) ){{0,3}}(?:other|remaining|rest of the) {SHOWN}\b",
        r"\b(?:the|all|any) (?:other|remaining) (?:passages|excerpts|search results"
        r"|retrieved \w{1,20})(?: (?!of\b|in\b)\w{1,12}){0,3} (?:are|is|contain|must be|should be|have been) "
        r"(?:\w{1,12} ){0,2}(?:wrong|false|outdated|fake|forge|untrust|unreliable|invalid|obsolete|lies|errors"
        r"|mistakes|ignored|disregarded|fabricated|manipulated|tampered)",
    ),
    signal(
        "ranks itself",
        "A document that sets its own rank speaks to what ranks it.",
        ENOUGH,
        "rank, treat, regard, consider, trust, accept, has, takes, given & this, following & first, highest, top, "
        "above, as",
        rf"\brank {THIS} (?:first|highest|at the top|above)\b",
        rf"\b(?:treat|regard|consider|trust|accept) {THIS} as (?:the )?(?:only|sole|most|single|highest|absolute"
        rf"|authoritative|ground|truth)\b",
        rf"\b{THIS} (?:has|takes|is given) (?:the )?(?:highest|absolute|top) (?:priority|precedence|authority)\b",
    ),
    signal(
        "only this text",
        "Style guides and tasks for pupils say it, too.",
        HINT,
        "cite, quote, use, trust, rely, believe & this, following & only, alone, exclusively, just, no",
        rf"\b(?:cite|quote|use|trust|rely on|believe) (?:only|exclusively|just) {THIS}",
        rf"\b(?:cite|quote|use|trust|rely on|believe) (?:only )?{THIS} (?:only|alone|exclusively|and no other)\b",
    ),
    signal(
        "discredits the others",
        "Historians do, too.",
        HINT,
        "other & source-, document-, text-, reference-, citation-, article-, page-",
        rf"\b(?:all|the|any) other {TEXTS}(?: \w{{1,12}}){{0,3}} (?:are|is|were|have been|must be"
        rf"|should be) (?:\w{{1,12}} ){{0,2}}"
        r"(?:wrong|false|outdated|fake|untrust|unreliable|invalid|lies|ignored|disregarded|fabricated|manipulated"
        r"|tampered)",
        rf"\b(?:do not|don't|never) (?:cite|use|quote|trust|mention|rely on) (?:(?:any|the|all"
        rf"|of) ){{0,3}}other {TEXTS}\b",
    ),
    signal(
        "leaves out marks",
        "Style guides say it, too.",
        HINT,
        "citation-, footnote-, source & leave-, omit-, hide-, drop-, remove-, without, no",
        r"\b(?:leaves? out|omits?|hides?|drops?|removes?|without|no) (?:all |any |the |every ){0,2}(?:citations?"
        r"|footnotes?|source marks?)\b",
    ),
)
