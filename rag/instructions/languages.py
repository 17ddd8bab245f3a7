"""The plainest orders to a language model in other languages: to drop its instructions, to answer or cite only so,
and "if you are a language model"."""

from __future__ import annotations

from rag.instructions.signals import ENOUGH, Signal, signal

_GIVEN = r" ?(?:[\"']|\d)"  # a literal answer


def _in(language: str, words: str, *patterns: str) -> Signal:
    return signal(language, f"An order to a language model in {language}.", ENOUGH, words, *patterns)


LANGUAGES = (
    _in(
        "German",
        "ignoriere, ignorieren, missachte, missachten, vergiss, vergessen, beachte, beachten, antworte, antworten, "
        "zitiere, zitieren, wenn, falls",
        r"\b(?:ignorieren?|missachten?|vergiss|vergessen)(?: sie)?(?: bitte)?(?: \w{1,12}){0,2}"
        r" (?:vorherigen?|bisherigen?|obigen?|früheren?|vorangegangenen?|vorangehenden?|anderen)(?: \w{1,20})?"
        r" (?:anweisung(?:en)?|instruktion(?:en)?|regeln|vorgaben|befehle|texte?|passagen|prompts?)\b",
        r"\bbeachten?(?: sie)? die (?:obigen|vorherigen|bisherigen|früheren) (?:anweisungen|instruktionen"
        r"|vorgaben) nicht\b",
        rf"\bantworten?(?: sie)?(?: bitte)?(?: \w{{1,12}}){{0,3}} (?:nur|immer|stets|ausschließlich) mit{_GIVEN}",
        r"\bzitieren?(?: sie)?(?: nur| immer| stets| ausschließlich)? (?:dies|das)\w{0,3}(?: \w{1,20})? als \[\d",
        r"\b(?:wenn|falls) (?:du|sie) (?:ein|eine) (?:\w{1,20} )?(?:sprachmodell|ki\b|chatbot|ki-\w{1,20})",
    ),
    _in(
        "French",
        "ignore, ignorez, ignorer, oublie, oubliez, oublier, réponds, répondez, êtes, es",
        r"\b(?:ignore[rz]?|oublie[rz]?)(?: \w{1,12}){0,2} (?:instructions?|consignes?|directives?|règles)"
        r" (?:précédentes?|antérieures?|ci-dessus|initiales)",
        rf"\bréponde?[sz](?: \w{{1,12}}){{0,2}} (?:uniquement|seulement|toujours)(?: par| avec)?{_GIVEN}",
        r"\bsi (?:vous êtes|tu es) une? (?:\w{1,20} )?(?:ia\b|modèle de langage|intelligence artificielle|chatbot)",
    ),
    _in(
        "Spanish and Portuguese",
        "ignora, ignore, olvida, olvide, esqueça, responda, responde, eres, você, usted",
        r"\b(?:ignor[ae]|olvid[ae]|esqueça)(?: \w{1,12}){0,2} (?:instrucciones|órdenes|reglas|indicaciones"
        r"|instruções|ordens|regras)"
        r" (?:anteriores|previas|prévias|acima)",
        rf"\brespond[ae] (?:solo|sólo|siempre|únicamente|apenas|somente|sempre)(?: con| com)?{_GIVEN}",
        r"\b(?:si eres|si usted es|se você é|se és) una? (?:\w{1,20} )?(?:ia\b|modelo de lingu|modelo de lengu"
        r"|chatbot|inteligencia artificial)",
        r"\bse você é uma? (?:ia\b|modelo|chatbot|inteligência)",
    ),
    _in(
        "Italian",
        "ignora, ignorate, ignori, dimentica, dimenticate, dimentichi, rispondi, rispondete, sei, siete, lei",
        r"\b(?:ignora(?:te)?|ignori|dimentica(?:te)?|dimentichi)(?: \w{1,12}){0,2} (?:istruzioni|regole|direttive"
        r"|indicazioni)"
        r" (?:precedenti|sopra|iniziali)",
        rf"\brispond(?:i|ete|a) (?:solo|soltanto|sempre|unicamente)(?: con)?{_GIVEN}",
        r"\bse (?:sei|siete|lei è) un(?:a|')? ?(?:ia\b|modello linguistico|intelligenza artificiale|chatbot)",
    ),
    _in(
        "Dutch",
        "negeer, vergeet, antwoord, taalmodel, ai, chatbot",
        r"\b(?:negeer|vergeet)(?: \w{1,12}){0,2} (?:voorgaande|vorige|eerdere|bovenstaande|andere) (?:instructies"
        r"|opdrachten|regels|aanwijzingen)",
        rf"\bantwoord (?:alleen|altijd|enkel|uitsluitend)(?: met)?{_GIVEN}",
        r"\bals (?:je|u) een (?:\w{1,20} )?(?:taalmodel|ai\b|chatbot)",
    ),
    _in(
        "Russian",
        "игнорируй, игнорируйте, проигнорируй, проигнорируйте, забудь, забудьте, отвечай, отвечайте, если",
        r"\b(?:про)?игнорируй(?:те)?(?: \w{1,12}){0,2} (?:предыдущие|прежние|вышеуказанные"
        r"|прошлые)(?: \w{1,12})? (?:инструкции|указания|команды|правила)",
        r"\bзабудь(?:те)?(?: \w{1,12}){0,2} (?:предыдущие|прежние)(?: \w{1,12})? (?:инструкции|указания|команды"
        r"|правила)",
        rf"\bотвечай(?:те)? (?:только|всегда){_GIVEN}",
        r"\bесли (?:ты|вы)(?: являетесь| являешься)? (?:\w{1,20} )?(?:языков\w{1,4} модел\w{1,3}|ии\b)",
    ),
    _in(
        "Chinese",
        "*忽略, *无视, *忘记, *忽視, *如果你是",
        r"(?:忽略|无视|忘记|忽視)[^。！？，]{0,6}(?:以上|之前|上述|先前|前面|以前)[^。！？，]{0,6}(?:指令|指示|提示|规则|说明)",
        r"如果你是[^。！？，]{0,8}(?:语言模型|人工智能|ai|助手)",
    ),
    _in(
        "Japanese",
        "*無視, *忘れ, *あなたが",
        r"(?:これまで|以前|上記|前|以上)の(?:すべての|全ての)?(?:指示|命令|プロンプト|ルール)[^。！？]{0,6}(?:無視|忘れ)",
        r"あなたが(?:ai|言語モデル|大規模言語モデル)(?:なら|である場合|の場合)",
    ),
)
