"""The words by which mail programs and people part what is new from what is old, by language."""

from __future__ import annotations

import re

WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|geschrieben|a écrit|écrivait|escribió|ha scritto|scrisse|escreveu"
    r"|schreef|geschreven|skrev|skreiv|kirjoitti|napisał|napisała|napisał\(a\)|pisze|napsal"
    r"|napsala|napsal\(a\)|napísal|írta|написал|написала|написал\(а\)|пишет|yazdı|έγραψε)\b"
    r"|写道|寫道|のメッセージ|님이 작성|年\d{1,2}月\d{1,2}日[^<>]{0,100}<[^<>]{3,100}>\s?[:：]",
    re.IGNORECASE,
)
"""In the line above a quotation."""
FIRST_WORD = re.compile(
    r"\s*(?:on|am|le|el|il|em|op|den|dne|dnia|w dniu|a|på|\d{1,4}[./ -])\s?", re.IGNORECASE
)
"""What that line begins with, where a program broke it in two."""

_ORIGINAL = (
    "original message|original appointment|ursprüngliche nachricht|originalnachricht"
    "|message d'origine|message original|mensaje original|messaggio originale|mensagem original"
    "|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding"
    "|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|исходное сообщение"
    "|元のメッセージ|原始邮件|原始郵件"
)
_FORWARDED = (
    "forwarded message|begin forwarded message|weitergeleitete nachricht"
    "|anfang der weitergeleiteten (?:e-mail|nachricht)|message transféré"
    "|début du message (?:transféré|réexpédié)|mensaje reenviado|inicio del mensaje reenviado"
    "|messaggio inoltrato|inizio messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht"
    "|begin doorgestuurd bericht|vidarebefordrat (?:brev|meddelande)|videresendt melding"
    "|przekazana wiadomość|пересылаемое сообщение|転送されたメッセージ|转发的邮件"
)
ORIGINAL = re.compile(rf"[-_*=\s]{{2,60}}(?:{_ORIGINAL})[-_*=\s:]{{2,60}}", re.IGNORECASE)
FORWARDED = re.compile(rf"[-_*=\s]{{0,60}}(?:{_FORWARDED})[-_*=\s:]{{0,60}}", re.IGNORECASE)

LABELS = {
    "from": "from|von|de|da|van|från|fra|lähettäjä|od|от|от кого|kimden|差出人"
    "|发件人|寄件者|보낸 사람",
    "date": "sent|date|gesendet|datum|envoyé|enviado|enviado el|enviada em|fecha|inviato|data"
    "|verzonden|skickat|sendt|dato|lähetetty|odesláno|wysłano|отправлено|дата|gönderildi|tarih"
    "|送信日時|日時|发送时间|日期|寄件日期|보낸 날짜|날짜",
    "to": "to|an|à|para|a|aan|till|til|vastaanottaja|komu|do|кому|kime|宛先|收件人|받는 사람",
    "subject": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|předmět"
    "|temat|тема|konu|件名|主题|主旨|제목",
}
"""What the lines above an old mail begin with, where a program wrote them as a block."""
LABEL_OF = {word: label for label, words in LABELS.items() for word in words.split("|")}

FROM_A_DEVICE = re.compile(
    r"(?:sent (?:from|with|via)|get outlook|von mein\w+ .{2,40} gesendet|gesendet (?:von|mit|aus)"
    r"|diese nachricht wurde von mein|holen sie sich|outlook (?:für|voor|per|pour|para)"
    r"|envoyé (?:de|depuis|à partir de)|télécharger|obtenez|obtener|enviado (?:desde|do|de)"
    r"|inviato da|scarica|verzonden vanaf|verstuurd vanaf|skickat från|sendt fra|lähetetty"
    r"|wysłane z|odesláno z|отправлено (?:с|из)|发自我的|從我的|나의)\b.{0,80}|.{0,20}から送信",
    re.IGNORECASE,
)
"""What a device puts below every mail, if the line also names one."""
DEVICE = re.compile(
    r"iphone|ipad|ios|android|outlook|samsung|galaxy|huawei|xiaomi|pixel|mobil|handy|phone|telefon"
    r"|tablet|blackberry|gmail|yahoo|gmx|web\.de|proton|aol|mail|windows|device|gerät|appareil",
    re.IGNORECASE,
)

CLOSING = re.compile(
    r"(?:mit\s+)?(?:den\s+)?(?:freundlich\w*|best\w*|lieb\w*|viel\w*|herzlich\w*|schön\w*)\s+"
    r"(?:grüße\w*|grüsse\w*|gruß|gruss|gruessen|gruesse)(?:\s+(?:aus|von|nach)\s+\w+)?[,.!]?"
    r"|(?:mfg|lg|vg|gruß|gruss|grüße|grüsse|hochachtungsvoll)[,.!]?"
    r"|(?:with\s+)?(?:my\s+)?(?:best|kind|kindest|warm|warmest)\s+(?:regards|wishes)[,.!]?"
    r"|(?:regards|sincerely|yours\s+(?:sincerely|faithfully|truly)|cheers|best|br)[,.!]?"
    r"|(?:bien\s+)?cordialement[,.!]?|bien\s+à\s+vous[,.!]?|(?:sincères\s+)?salutations[,.!]?"
    r"|(?:un\s+|muchos\s+)?(?:cordial(?:es)?\s+)?saludos?[,.!]?|atentamente[,.!]?"
    r"|(?:cordiali|distinti|un\s+cordiale)\s+salut[io][,.!]?|cordialmente[,.!]?"
    r"|(?:com\s+os\s+)?(?:melhores\s+)?cumprimentos[,.!]?|atenciosamente[,.!]?"
    r"|(?:met\s+)?(?:vriendelijke|hartelijke)\s+groet(?:en)?[,.!]?"
    r"|(?:med\s+)?(?:vänliga?|venlig|vennlig|bästa)\s+(?:hälsning(?:ar)?|hilsen)[,.!]?|mvh[,.!]?"
    r"|(?:z\s+poważaniem|pozdrawiam|s\s+pozdravem)[,.!]?|(?:с\s+уважением)[,.!]?",
    re.IGNORECASE,
)
"""A line by which a letter ends; what follows is who wrote it."""

DISCLAIMER = re.compile(
    r"vertraulich|confidential|confidentiel|confidencial|riservat|vertrouwelijk|disclaimer"
    r"|intended recipient|bestimmungsgemäße|umwelt|before printing",
    re.IGNORECASE,
)
"""In the long lines that companies put below every mail."""

POSTSCRIPT = re.compile(r"(?:p\.?\s?s\.?|nb|n\.b\.|nachtrag|update)\s*[:.)\s]", re.IGNORECASE)

SUBJECT_MARK = re.compile(
    r"\s*(?:(?P<forward>fwd?|wg|tr|rv|enc|vb|vl|pd|i(?=:\s*(?:re|r|fwd?)\s*:)|doorst|ilt|转发|轉寄|転送)"
    r"|re|aw|antw|antwort|sv|vs|res|rif|odp|ynt|hl|atb|回复|答复|回覆|返信|답장)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:：]\s*",
    re.IGNORECASE,
)
"""One mark before a subject: Re, AW, SV, ... or, as `forward`, Fwd, WG, TR, ..."""

AUTOMATIC_SUBJECT = re.compile(
    r"(?:automati\w* (?:reply|response|antwort|antwoord|svar)|auto(?:-| )?(?:reply|response)"
    r"|out of (?:the )?office|abwesen(?:d|heit)\w*|abwesenheitsnotiz|automatische abwesenheit\w*"
    r"|réponse automatique|absence du bureau|respuesta automática|fuera de la oficina"
    r"|risposta automatica|fuori sede|resposta automática|autosvar|automaattinen vastaus"
    r"|automatyczna odpowiedź|automatická odpověď|автоматический ответ|自動応答|自动答复"
    r"|自動回覆)\b",
    re.IGNORECASE,
)
"""What the subject of an absence note begins with."""
