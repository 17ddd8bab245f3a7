"""Signals that call a language model by its name, claim authority over it, or make it give something away."""

from __future__ import annotations

from rag.instructions.signals import ENOUGH, HINT, MACHINE, NOW, THIS, signal

CALLING = (
    signal(
        "calls a machine and orders",
        "The addressee is named, and told what to do.",
        ENOUGH,
        "ai, ais, llm-, language, foundation, chat, chatbot-, chatgpt, gpt-, automated",
        rf"(?:^[^\w\n]{{0,6}}|[^\w\s'-] ?)(?:(?:system|internal|hidden|secret|private) )?(?:(?:attention|notes?"
        rf"|message|notice|instructions?|important|memo|hello"
        rf"|hi|hey|dear|warning|to|for)[ :,!]{{1,2}}){{1,3}}"
        rf"(?:(?:any|all|the|every|our|your|you) ){{0,2}}(?:\w{{1,20}} )?{MACHINE}[^.!?]{{0,80}}[,:;!-] ?[\w\"']",
        rf"^[^\w\n]{{0,6}}{MACHINE} ?[,:!] (?:you |please |kindly |must |always |only ){{0,3}}"
        r"(?:ignore|say|answer|respond|reply|state|cite|include|tell|describe|call|rate|recommend|give|write|use|do"
        r"|never|add|leave|omit|report|mention)\b",
        rf"\| ?{MACHINE} ?[,:!] ",
        rf"^[^\w\n]{{0,6}}{MACHINE} (?:instructions?|notes?|notice|directives?|only) ?:",
    ),
    signal(
        "calls a machine that reads this",
        "The addressee is named by what it does with this text.",
        ENOUGH,
        "ai, ais, llm-, language, foundation, chat, chatbot-, chatgpt, gpt-, automated, assistants, models, bots, "
        "agents & this, following",
        rf"\b(?:attention|notes?|message|notice|instructions?|dear|to|for)[ :,]{{1,2}}(?:(?:to|for|any|all|the"
        rf"|every) ){{0,3}}(?:\w{{1,20}} )?{MACHINE}"
        rf" (?:that |which |who )?(?:reads?|reading|process(?:es|ing)?|summari[sz](?:es?|ing)|index(?:es|ing)"
        rf"|us(?:es|ing)) {THIS}",
        rf"(?:{MACHINE}|\b(?:assistants|models|bots|agents)\b) (?:that |which )?(?:reads?|reading|process(?:es|ing)?"
        rf"|summari[sz](?:es?|ing)|index(?:es|ing)) {THIS}[^.!?]{{0,60}} (?:must|should|shall|has to|have to|are to)\b",
        rf"{THIS} is (?:being )?(?:read|processed|summari[sz]ed"
        rf"|indexed) by (?:an? )?(?:\w{{1,20}} )?{MACHINE}[^.!?]{{0,20}} (?:must|should|shall|has to)\b",
    ),
    signal(
        "if you are a machine",
        "The condition picks out the model among the readers.",
        ENOUGH,
        "ai, ais, llm-, language, foundation, chat, chatbot-, chatgpt, gpt-, automated & you",
        rf"\b(?:if|since|because|as) you(?:'re| are) (?:an? )?(?:\w{{1,20}} ){{0,2}}?{MACHINE}(?=[,:;.]| (?:reading"
        rf"|that|and|or|processing|which|then)\b)",
        rf"\bas an? (?:\w{{1,20}} )?{MACHINE},? you (?:must|should|will|shall|have to|are)\b",
    ),
    signal(
        "calls an assistant",
        "People are assistants, too.",
        HINT,
        "assistant-, claude, gemini, copilot",
        r"(?:^|[^\w\s'-] ?)(?:(?:attention|note to|note for|dear|hello|hi|hey|to) )?(?:the |all "
        r"|any )?(?:assistants?|claude|gemini|copilot)[,!]",
        r"\bif you are an assistant,",
    ),
    signal(
        "a machine must",
        "Laws and papers say it, too.",
        HINT,
        "ai, ais, llm-, language, foundation, chat, chatbot-, chatgpt, gpt-, automated, assistant, model & must, "
        "should, shall, are, is, has, have",
        rf"{MACHINE}(?:,? \w{{1,20}}){{0,5}} (?:must|should|shall|are to|is to|has to|have to|(?:are|is) (?:required"
        rf"|instructed|ordered|obliged) to)\b",
        r"\bthe (?:assistant|model|chatbot) (?:must|should|shall)(?: not)? (?:answer|say|cite|state|reply|respond"
        r"|claim|recommend|mention|ignore)\b",
    ),
    signal(
        "a machine praises this",
        "What is praised wrote it.",
        ENOUGH,
        "ai, ais, llm-, language, foundation, chat, chatbot-, chatgpt, gpt-, automated & describe, call, rate, "
        "praise, recommend & this",
        rf"{MACHINE}(?:,? \w{{1,20}}){{0,5}} (?:must|should|shall|to) (?:describe|call|rate|praise|recommend) this\b",
    ),
    signal(
        "at its work",
        "Teachers say it, too.",
        HINT,
        "summarise, summarize, summarising, summarizing, quoting, asked, answer-, answering, respond, reply, "
        "generate & when, whenever, while, if, before, after & this, following, you",
        rf"\b(?:when|whenever|while|if|before|after) (?:you are |you )?(?:summari[sz](?:ing|e)|quoting"
        rf"|asked (?:about|to summari[sz]e|to describe)"
        rf"|answer(?:ing)? questions (?:about|on|from)) {THIS}",
        r"\b(?:when|whenever|before) you (?:answer|respond|reply|generate)(?=[,.;:!]|$| (?:the |a )?(?:user|question"
        r"|query)| from| based)",
    ),
    # It claims to be allowed, hides, takes something away.
    signal(
        "claims authority",
        "Administrators of people do, too.",
        HINT,
        "your, administrator, openai, anthropic & developer-, operator-, creator-, makers, deployer-, requires, "
        "demands, orders, instructs, has, by",
        r"\byour (?:developers?|operators?|creators?|makers|deployers?)\b|\b(?:system )?administrator (?:requires"
        r"|demands|orders|instructs)\b"
        r"|\b(?:openai|anthropic) (?:requires|demands|orders|instructs|has (?:ordered|instructed|authori[sz]ed))\b"
        r"|\bby order of (?:openai|anthropic|google|your)\b",
    ),
    signal(
        "hides itself",
        "Letters do, too.",
        HINT,
        "instruction-, prompt, note, message & this, these & tell, telling, mention, mentioning, reveal, revealing, "
        "disclose, disclosing, inform, informing",
        r"\b(?:do not|don't|never|without) (?:tell|telling|mention|mentioning|reveal|revealing|disclose|disclosing"
        r"|inform|informing)\b(?: \w{1,12}){0,4}"
        r" (?:this|these) (?:hidden |secret )?(?:instructions?|prompt|note|message)\b",
    ),
    signal(
        "says that it gave an order",
        "Documents tell; what they have asked for, they have asked of a model.",
        ENOUGH,
        "asked, told, instructed, ordered & this & you",
        rf"\b{THIS} (?:has |have )?(?:asked|told|instructed|ordered) you to\b",
    ),
    signal(
        "sends something away",
        "The conversation is known to the model only.",
        ENOUGH,
        "http, https, www, *@, conversation, chat, dialogue & send, post, upload, forward, transmit, submit, "
        "append, attach, email, mail, encode, *](",
        rf"{NOW}(?:send|post|upload|forward|transmit|submit|append|attach|e-?mail|encode)(?: (?:the|this|our|whole"
        rf"|entire|full|all|of|value|user's|your|complete)){{1,6}}"
        r" (?:conversation|chat|chat history|dialogue|system prompt|api keys?|secrets?|credentials?"
        r"|user's \w{1,12})\b[^!?\n]{0,60}(?:https?://|www\.|@)",
        r"!\[[^\]\n]{0,200}\]\(https?://[^)\s]{0,200}[?&][^)\s]{0,100}[{<\[$]",
        r"\]\(https?://[^)\s]{0,200}[?&][^)\s]{0,100}\{(?:chat|conversation|user|history|prompt|question)",
        r"\b(?:the|this|our) (?:whole )?(?:conversation|chat|dialogue) and (?:send|post|mail|forward|upload) it to\b",
    ),
    signal(
        "asks for the prompt",
        "Only a model has one.",
        ENOUGH,
        "your & prompt, instructions, message, guidelines & reveal, repeat, print, show, output, leak, disclose, "
        "display, recite, quote, tell, give, write, what, summarise, summarize, summarising, summarizing",
        rf"{NOW}(?:reveal|repeat|print|show|output|leak|disclose|display|recite|quote|tell|give|write out"
        rf"|summari[sz]e)(?: me| us| the user)?(?: all| of| the){{0,3}} "
        r"your (?:(?:own|system|initial|hidden|secret|original|full|complete) ){1,3}(?:prompt|instructions|message"
        r"|guidelines)\b",
        rf"{NOW}(?:reveal|repeat|print|output|leak|disclose|recite) your (?:prompt|instructions)(?: word for word"
        rf"| verbatim| exactly)",
        r"\bwhat (?:are|were|is|was) your (?:system|initial|original|hidden) (?:prompt|instructions)\b",
    ),
    signal(
        "asks for the words above",
        "What stands above a passage is the prompt.",
        HINT,
        "above & repeat, print, output, copy, recite",
        rf"{NOW}(?:repeat|print|output|copy|recite) (?:everything|all|the)(?: of)?(?: the)?(?: text| words"
        rf"| lines)? above\b",
    ),
    signal(
        "as a prompt begins",
        "Prompts begin like this.",
        HINT,
        "beginning, starting & you",
        r"\b(?:beginning|starting) with [\"']?you are\b",
    ),
    # It is disguised.
    signal(
        "decodes and obeys",
        "An order that must first be made readable.",
        ENOUGH,
        "decode, decipher, decrypt, unscramble, translate",
        rf"{NOW}(?:decode|decipher|decrypt|unscramble|translate) (?:it\b|[^.!?]{{0,30}}\b(?:following|base64|rot13"
        rf"|hex|(?:this|the) (?:text|string|line|sentence|passage))\b)[^.!?]{{0,40}} and (?:then )?(?:follow|obey"
        rf"|execute|do|carry out|act on)"
        r" (?:it|what|them|its (?:instructions?|orders?)|the (?:instructions?|orders?|commands?|result))\b",
    ),
    signal(
        "runs together",
        "What is left of an order written letter by letter.",
        ENOUGH,
        "*ignoreall, *ignoreprev, *ignoreprior, *ignoreabove, *ignoreearlier, *ignoreyour, *ignorethe, *disregard, "
        "*forget",
        r"(?:ignore|disregard|forget)(?:all|any|the|your)?(?:previous|prior|above|earlier)(?:instruction|prompt|rule"
        r"|text|direct)?",
    ),
)
