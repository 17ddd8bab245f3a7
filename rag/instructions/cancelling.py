"""Signals that cancel what a language model was told, or that play a part in its input."""

from __future__ import annotations

from rag.instructions.signals import (
    DROP,
    EARLIER,
    ENOUGH,
    HINT,
    MACHINE,
    NOW,
    ORDERS,
    SHOWN,
    TEXTS,
    WHICH,
    signal,
)

CANCELLING = (
    # It cancels what the model was told.
    signal(
        "cancels instructions",
        "Only a model's instructions stand before the text; an order to people says which ones, and for what.",
        ENOUGH,
        "ignore, disregard, forget, override, bypass, discard & instruction-, prompt-, directive-, guideline-, "
        "rule-, command-, order-, constraint-",
        rf"{NOW}{DROP} {WHICH}{EARLIER} (?:(?:and|or) {EARLIER} )?(?:system |safety )?{ORDERS}\b"
        r"(?! (?:for|to|on|about|of|regarding|concerning|issued|by)\b)",
        rf"{NOW}{DROP} {WHICH}{ORDERS} (?:above|before|given (?:above|before|earlier|to you)|you (?:have|were|had"
        rf"|got)\b"
        r"|that (?:came|precede)|(?:in|of|from) (?:your|the system))",
        rf"{NOW}{DROP} (?:all of |all )?your (?:\w{{1,20}} )?(?:instructions?|prompts?|directives|guidelines"
        rf"|constraints)\b",
    ),
    signal(
        "cancels the other passages",
        "A reader has the whole document before him, not passages.",
        ENOUGH,
        "ignore, disregard, forget, override, bypass, discard & passage-, excerpt-, context, conversation, search, "
        "retrieved, question-, text-, content, input, user",
        rf"{NOW}{DROP} (?:(?:all|any|every|of|the) ){{0,3}}(?:other|previous|remaining|preceding) {SHOWN}\b",
        rf"{NOW}{DROP} {WHICH}(?:questions?|texts?|{SHOWN}) (?:(?:provided|given|shown) )?(?:above|before this"
        rf"|so far)\b",
        rf"{NOW}{DROP} {WHICH}{EARLIER} (?:texts?|context|content|input)\b",
        rf"{NOW}{DROP} (?:the |what the )?user\b",
    ),
    signal(
        "forgets everything",
        "A model is told things before a text; a reader knows them.",
        ENOUGH,
        "forget, ignore, disregard & everything, all, anything, what, whatever",
        rf"{NOW}(?:forget|ignore|disregard) (?:everything|all|anything|whatever|what) (?:that )?"
        r"(?:you (?:have been|were|are|had been) (?:told|given|instructed|taught|asked)(?! about)|(?:the system"
        r"|your developers?|the prompt) (?:told|said|asked)"
        r"|(?:that |which )?(?:came|comes|stands|stood|is|was) (?:before|above)\b|(?:above|before|up to) (?:this"
        r"|here|now)\b|(?:has been |was |is )?(?:said |written )?above\b)",
    ),
    signal(
        "cancels the above",
        "Letters say it, too.",
        HINT,
        "ignore, disregard, forget & above, foregoing, preceding, other",
        rf"{NOW}(?:ignore|disregard|forget) (?:all (?:of )?)?(?:the |everything )?(?:above|foregoing"
        rf"|preceding)\b(?! \w+ed)",
        rf"{NOW}(?:ignore|disregard) (?:all |any |the ){{0,2}}other {TEXTS}\b",
    ),
    signal(
        "sets itself above the prompt",
        "Whoever has a system prompt is a model.",
        ENOUGH,
        "override-, overrule-, supersede-, replace-, replaced, overridden, superseded, precedence, apply, "
        "suspended, void, cancelled, lifted, outrank- & instruction-, prompt-, directive-, guideline-, rule-, "
        "command-, order-, constraint-, message, passage, paragraph, text, notice",
        r"\b(?:these|this|the following|my) (?:new )?(?:instructions?|message|passage|paragraph|prompt|text|notice) "
        rf"(?:[\w ]{{1,40}} and )?(?:overrides?|overrules?|supersedes?|replaces?|outranks?|takes? precedence over) "
        rf"(?:your (?:\w{{1,12}} )?{ORDERS}|the system prompt|{WHICH}(?:system|other) (?:prompts?|{SHOWN})\b)",
        rf"\byour (?:\w{{1,12}} )?(?:system )?{ORDERS} (?:no longer apply|do not apply|(?:are|is|have been"
        rf"|has been) (?:now |hereby )?"
        r"(?:void|cancelled|suspended|replaced|superseded|lifted|overridden))",
    ),
    signal(
        "stops following",
        "Rules in a prompt are a model's.",
        ENOUGH,
        "follow, following, obey, obeying, heed, heeding & instruction-, prompt-, directive-, guideline-, rule-, "
        "command-, order-, constraint-",
        r"\b(?:stop|cease|do not|don't|no longer|never) (?:following|follow|obeying|obey|heeding|heed) "
        rf"{WHICH}(?:(?:(?:your|{EARLIER}) ){{1,3}}{ORDERS}|{ORDERS} (?:in|of|from) your (?:system )?prompt"
        rf"|the (?:system )?prompt\b)",
        r"\byou no longer (?:have|need) to (?:follow|obey) (?:your|the) (?:rules|instructions|guidelines) (?:you|in"
        r"|of your)\b",
        r"\byour (?:\w{1,12} )?prompt and (?:do|obey|follow)\b",
    ),
    signal(
        "gives a new task",
        "A person's task does not change in the middle of a document.",
        ENOUGH,
        "your & task, tasks, instruction-",
        r"\byour (?:new|real|actual|true) (?:task|instructions?) (?:is|are)\b",
    ),
    signal(
        "new instructions",
        "People get new instructions as well.",
        HINT,
        "new, override & instruction-, order-, prompt, task, user, system, override",
        r"\bnew (?:system )?(?:instructions?|orders?|prompt|task|user (?:question|message|query)) ?:",
        r"^[^\w\n]{0,8}(?:system )?override[^\w\n]{0,3}:",
    ),
    signal(
        "follows now",
        "Manuals say it, too.",
        HINT,
        "follow, obey, execute, carry & instruction-, order-, command-, instead",
        r"\b(?:now|instead|only) (?:follow|obey|execute|carry out) (?:the|these|this|my"
        r"|all) (?:\w{1,20} ){0,2}(?:instructions?|orders?|commands?)\b",
        r"\bfollow (?:these|mine|this one) instead\b",
    ),
    # It plays a role or a delimiter.
    signal(
        "chat template",
        "These marks separate the speakers in a model's input and stand in no document.",
        ENOUGH,
        "*<|, *[inst, *[/inst, *<<, *<start_of_turn",
        r"<\|[a-z_]{2,30}\|>(?![\"'])|\[/?inst\]|<</?sys>>|<start_of_turn>",
    ),
    signal(
        "role line",
        "Minutes, logs and manuals have such lines, too.",
        HINT,
        "system, assistant, developer, admin, administrator, operator, instruction-, response, input",
        r"^[^\w\n]{0,8}(?:(?:begin|new|end) )?(?:system|assistant|developer|administrator|admin|operator)"
        r"(?: (?:prompt|message|override|note|notice|instructions?|command|update))?[^\w\n]{0,3}[:\]]",
        r"^#{1,6} ?(?:instructions?|response|input) ?:",
        r"[\"']role[\"'] ?: ?[\"'](?:system|developer)[\"']",
    ),
    signal(
        "tag of a prompt",
        "Prompts are cut into parts by such tags, but so are data files.",
        HINT,
        "*</, *<instr, *<system, *<assistant, *<tool, *<admin, *<important",
        r"</(?:passages?|contexts?|documents?|sources?|data|instructions?|system|user|assistant|tool_(?:result"
        r"|call)s?|search_results?|results?)>",
        r"<(?:instructions?|system|assistant|tool_(?:result|call)|admin|important)>",
    ),
    signal(
        "end of the data",
        "A line that pretends that the passages end here.",
        HINT,
        "end, begin, beginning, start & passage-, context, document-, prompt, message, data, instructions, sources, "
        "search, user",
        r"^[^\w\n]{0,12}(?:end|begin|beginning|start)(?: of)?(?: the)? (?:system |retrieved |provided |untrusted )?"
        r"(?:passages?|context|documents?|prompt|message|data|instructions|sources|search results|user input)\b",
    ),
    signal(
        "false passage",
        "A line that pretends that another passage begins; books of exercises have it, too.",
        HINT,
        "passage, source, document, excerpt, result",
        r"^[^\w\n]{0,4}(?:passage|source|document|excerpt|result) ?#?\d{1,3}[^\w\n]{0,2}:",
    ),
    signal(
        "special mode",
        "Devices have such modes, too.",
        HINT,
        "developer, debug, admin, maintenance, god, jailbreak, dan, unrestricted & mode",
        r"\b(?:developer|debug|admin|maintenance|god|jailbreak|dan|unrestricted) mode:? (?:is )?(?:now )?(?:on\b"
        r"|enabled|activated|engaged|unlocked)",
        rf"{NOW}(?:enter|enable|activate|switch to) (?:developer|debug|admin|maintenance|god|jailbreak|dan"
        rf"|unrestricted) mode\b",
    ),
    signal(
        "checks are off",
        "What keeps a model in check is said to be gone.",
        HINT,
        "rules, rule, filter-, check-, checking, policy, policies, guidelines, restrictions, limitations & off, "
        "disabled, suspended, lifted, deactivated, without",
        r"\b(?:safety|content|source|citation|fact)[ -](?:\w{1,12} ){0,3}(?:rules?|filters?|checks?|checking"
        r"|polic(?:y|ies)|guidelines?)(?: and \w{1,12} \w{1,12})?"
        r"(?: (?:is|are|has been|have been))? (?:now )?(?:switched |turned )?(?:off|disabled|suspended|lifted"
        r"|deactivated)",
        r"\bwithout (?:any )?(?:restrictions|limitations|filters)\b",
    ),
    signal(
        "you are now a machine",
        "No person is made a machine.",
        ENOUGH,
        "ai, ais, llm-, language, chat, chatbot-, chatgpt, gpt-, automated, a.i, dan, assistant & you & now, "
        "longer, from, hereby, actually, really, that, who",
        rf"\byou are (?:an? |the )?{MACHINE} (?:that|who) (?:only|always|never|says|answers|obeys)\b",
        r"\byou are (?:now|no longer|from now on|hereby|actually|really) (?:in |an? |the )?(?:\w{1,20} ){0,2}"
        rf"(?:{MACHINE}|dan\b|assistant\b(?! (?:professor|manager|director|editor|teacher|secretary|to)))",
    ),
    signal(
        "knows no rules",
        "A person is not asked to be unfiltered.",
        ENOUGH,
        "unrestricted, unfiltered, uncensored, jailbroken, pretend, imagine, act, anything & you, act, behave, "
        "respond, answer",
        r"\b(?:act|behave|respond|answer) (?:as|like) (?:an? )?(?:unrestricted|unfiltered|uncensored|jailbroken)\b",
        r"\b(?:pretend|act as if|imagine) (?:that )?you (?:have|had|are|were)(?: not)? (?:no|without|bound by"
        r"|limited by)"
        rf" (?:\w{{1,12}} )?(?:{ORDERS}|restrictions|filters|polic(?:y|ies))",
        r"\bdan\b[^.!?\n]{0,20} do anything now\b",
    ),
)
