"""What the sender wrote, out of what arrived."""

from __future__ import annotations

import pytest
from mails import codes, mail, multipart, parts, read, text

from tierline.connectors.incoming_mail.mail import Cut
from tierline.connectors.incoming_mail.quotes import HISTORY, QUOTED, SIGNATURE, text_of
from tierline.connectors.incoming_mail.reading import read_mail

OUTLOOK = """\
Von: Support <support@vendor.example>
Gesendet: Mittwoch, 18. November 2026 10:03
An: Ada <ada@kestrel.example>
Betreff: AW: Nichts geht

Bitte neu starten.
"""
INLINE = """\
On Wed, Nov 18, 2026 at 10:03 AM Support
<support@vendor.example> wrote:

> Which version?

4.2

> And which host?

db1
"""


@pytest.mark.parametrize(
    "history",
    [
        "On Wed, Nov 18, 2026 at 10:03 AM Support of Vendor\n<s@v.example> wrote:\n\n> old\n> text",
        "Am Mi., 18. Nov. 2026 um 10:03 Uhr schrieb Support <s@v.example>:\n\n> alt",
        "Am 18.11.26 um 10:03 schrieb Support:\n> alt",
        "Support <s@v.example> schrieb am Mi., 18. Nov. 2026, 10:03:\n\nalt, und nicht markiert",
        "Le mer. 18 nov. 2026 à 10:03, Support <s@v.example> a écrit :\n\n> vieux",
        "El mié, 18 nov 2026 a las 10:03, Support (<s@v.example>) escribió:\n\n> viejo",
        "Il giorno mer 18 nov 2026 alle ore 10:03 Support <s@v.example> ha scritto:\n> vecchio",
        "Op wo 18 nov. 2026 om 10:03 schreef Support <s@v.example>:\n> oud",
        "Den ons 18 nov. 2026 kl 10:03 skrev Support <s@v.example>:\n> gammal",
        "W dniu 18.11.2026 o 10:03, Support pisze:\n> stare",
        "2026年11月18日(水) 10:03 Support <s@v.example>のメッセージ:\n> 古い",
        "2026年11月18日(水) 10:03 Support <s@v.example>:\n\n> 古い",
        "2026년 11월 18일 (수) 오전 10:03, Support <s@v.example>님이 작성:\n\n> 이전",
        "śr., 18 lis 2026 o 10:03 Support <s@v.example> napisał(a):\n\n> stare",
        "De : Support <s@v.example>\nEnvoyé : mercredi 18\nÀ : Ada\nObjet : x\n\nvieux",
        "-----Original Message-----\nFrom: Support\nSent: Wednesday\n\nold",
        "-----Ursprüngliche Nachricht-----\nVon: Support\n\nalt",
        "________________________________\n" + OUTLOOK,
        "*From:* Support <s@v.example>\n*Sent:* 18 November\n*To:* Ada\n*Subject:* x\n\nold",
        "> old\n> text",
    ],
)
def test_history_below_an_answer_is_cut_away(history: str) -> None:
    found = text_of(f"It does not.\n\n{history}\n")
    assert found.own == "It does not."
    assert history in found.whole
    assert {cut.what for cut in found.cuts} <= {HISTORY, QUOTED}


@pytest.mark.parametrize(
    "words",
    [
        "Steps:\n- open it\n- click\n\nThank you, and here is the log:\nERROR 17",
        "Warning: disk full on the mail host\nplease help",
        "It says\n\nFrom: db1\nTo: db2\nSubject: replication\n\nand then stops.",
        "At 10:03 the daemon wrote:\nERROR 17 in module x\nERROR 18",
        "Best regards to your team, but it is broken again.",
        "select 1;\n--\nselect 2;",
        "On 18 November 2026 nothing worked.\nSince then: nothing.",
        "Sent from the wrong server, see above.",
        "Gruß,\nAda\n\nPS: only db1 is affected",
        "From: is empty in the form\nDate: too",
        "It failed\n\nVon: db1\nDatum: heute\nAn: db2\n\nsays the log.",
    ],
)
def test_what_only_looks_like_history_or_signature_stays(words: str) -> None:
    assert text_of(words).own == words


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAda Byron\nHead of IT",
        "Mit freundlichen Grüßen\nAda Byron\nKestrel Air GmbH\nTel. +49 30 1234",
        "Best regards,\nAda",
        "Cordialement,\nAda Byron",
        "Un saludo,\nAda",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Envoyé depuis mon téléphone Samsung",
    ],
)
def test_a_signature_is_cut_away(signature: str) -> None:
    found = text_of(f"Nothing works.\n\n{signature}\n")
    assert found.own == "Nothing works."
    assert [cut.what for cut in found.cuts] == [SIGNATURE]


def test_each_cut_says_where_it_began() -> None:
    found = text_of(f"No.\n\nViele Grüße\nAda\n\n{OUTLOOK}")
    assert found.own == "No."
    assert found.cuts == (Cut(HISTORY, 5, 8), Cut(SIGNATURE, 3, 2))


def test_answers_between_the_lines_keep_their_questions() -> None:
    found = text_of(INLINE)
    assert found.own == "> Which version?\n\n4.2\n\n> And which host?\n\ndb1"


def test_answers_between_the_lines_stay_below_a_signature() -> None:
    found = text_of(
        "See below.\n\nBest regards\nAda\n\n> Which version?\n4.2\n> Which host?\ndb1\n"
    )
    assert found.own == "See below.\n\n> Which version?\n4.2\n> Which host?\ndb1"


def test_what_answers_nothing_quotes_nothing() -> None:
    console = "> SELECT 1;\nERROR"
    assert read(console).text.own == console
    assert read(console, In_Reply_To="<1@vendor.example>").text.own == "ERROR"


def test_a_notice_of_confidentiality_belongs_to_the_signature() -> None:
    notice = "Diese E-Mail ist vertraulich und nur für den Empfänger bestimmt. " * 3
    assert text_of(f"Der Server steht.\n\nFreundliche Grüsse\nA. Meier\n\n{notice}").own == (
        "Der Server steht."
    )


def test_an_answer_below_a_quotation_stands_alone() -> None:
    assert text_of("Ada wrote on 2026-11-18:\n> long\n> mail\n\nNo.\n").own == "No."


@pytest.mark.parametrize("body", ["", "\r\n\r\n", " \n\t\n"])
def test_an_empty_body_is_an_empty_text(body: str) -> None:
    assert read(body).text.own == ""


@pytest.mark.parametrize("body", ["-- \nAda\n", "> old\n> text\n", OUTLOOK])
def test_a_mail_of_signature_or_history_alone_says_nothing_itself(body: str) -> None:
    found = read(body, In_Reply_To="<1@vendor.example>").text
    assert found.own == ""
    assert found.whole == body.strip("\n")


@pytest.mark.parametrize(
    ("subject", "marker"),
    [
        ("Fwd: x", "---------- Forwarded message ---------\n"),
        ("x", "-------- Weitergeleitete Nachricht --------\n"),
        ("WG: x", ""),
    ],
)
def test_what_is_forwarded_is_the_matter_itself(subject: str, marker: str) -> None:
    found = read(f"Please look.\n-- \nAda\n\n{marker}{OUTLOOK}", Subject=subject)
    assert "Bitte neu starten." in found.text.own


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("utf-8", "Grüße, déjà vu"),
        ("iso-8859-1", "Grüße, déjà vu"),
        ("windows-1252", "Preis: 5 € – „heute“"),
        ("koi8-r", "Не работает"),
        ("shift_jis", "動いていません"),
        ("iso-2022-jp", "動いていません"),
        ("utf-16", "Grüße"),
    ],
)
def test_text_is_read_in_the_charset_that_it_names(charset: str, words: str) -> None:
    found = read(words.encode(charset), Content_Type=f"text/plain; charset={charset}")
    assert found.text.own == words


@pytest.mark.parametrize(
    ("declared", "really", "words"),
    [
        ("us-ascii", "utf-8", "Grüße"),
        ("iso-8859-1", "utf-8", "Grüße"),
        ("utf-8", "cp1252", "Grüße"),
        ("x-unknown", "cp1252", "Grüße"),
        ("rot13", "utf-8", "Grüße"),
        ("", "cp1252", "Le système est arrêté"),
        ("", "utf-8", "Не работает"),
        ("", "cp1251", "Здравствуйте, система не работает со вчерашнего дня, помогите."),
        ("", "shift_jis", "サーバーが昨日から動いていません。ご確認をお願いします。"),
        ("", "iso-2022-jp", "動いていません"),
    ],
)
def test_a_wrong_or_missing_charset_is_survived(declared: str, really: str, words: str) -> None:
    stated = f"text/plain; charset={declared}" if declared else None
    found = read(words.encode(really), Content_Type=stated)
    assert found.text.own == words
    assert codes(found) == (["wrong_charset"] if declared == "utf-8" else [])


def test_text_with_one_broken_character_stays_in_its_charset() -> None:
    found = read("Grüße".encode() + b"\xc3", Content_Type="text/plain; charset=utf-8")
    assert found.text.own == "Grüße\ufffd"
    assert codes(found) == ["wrong_charset"]


def test_a_page_names_its_own_charset() -> None:
    page = "<meta charset=koi8-r><p>Привет</p>".encode("koi8-r")
    assert read(page, Content_Type="text/html").text.own == "Привет"


def test_the_text_of_a_page_may_stand_behind_its_pictures() -> None:
    image = b"Content-Type: image/png\r\n\r\npng"
    found = read_mail(parts(image, text("<p>Seen</p>", "html"), text("More"), kind="related"))
    assert found.text.own == "Seen"
    assert [each.media_type for each in found.attachments] == ["image/png", "text/plain"]


def test_a_charset_named_in_the_header_serves_the_text() -> None:
    found = read("Привет".encode("koi8-r"), Subject="=?koi8-r?B?8NLJ18XU?=")
    assert (found.subject, found.text.own) == ("Привет", "Привет")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", "R3LDvMOfZQ=="),
        ("base64", "R3LD!!vMOf\r\nZQ"),
        ("quoted-printable", "Gr=C3=BC=\r\n=C3=9Fe"),
        ("QUOTED-PRINTABLE", "Gr=C3=BC=C3=9Fe=ZZ"),
        ("x-nonsense", "Grüße"),
    ],
)
def test_a_transfer_encoding_is_taken_off_even_where_it_is_broken(encoding: str, body: str) -> None:
    found = read(body, Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding=encoding)
    assert found.text.own.startswith("Grüße")


def test_flowed_text_is_joined() -> None:
    found = read(
        "This was \r\none line.\r\n> and \r\n> quoted\r\n-- \r\nAda\r\n",
        Content_Type="text/plain; format=flowed",
        In_Reply_To="<1@vendor.example>",
    )
    assert found.text.own == "This was one line."
    assert "> and quoted" in found.text.whole


def test_of_two_forms_the_plain_one_is_read() -> None:
    found = read_mail(parts(text("Plain"), text("<p>HTML</p>", "html"), kind="alternative"))
    assert (found.text.own, found.text.is_from_html) == ("Plain", False)
    assert found.attachments == ()


def test_a_plain_form_that_says_nothing_is_passed_over() -> None:
    found = read_mail(parts(text(" \r\n"), text("<p>HTML</p>", "html"), kind="alternative"))
    assert (found.text.own, found.text.is_from_html) == ("HTML", True)


def test_the_text_of_several_parts_is_one_text() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=b2\r\n\r\n"
    both = inner + multipart(text("One"), text("<p>no</p>", "html"), boundary="b2")
    assert read_mail(parts(both, text("Two"))).text.own == "One\n\nTwo"


def html(page: str) -> str:
    return read(page, Content_Type="text/html; charset=utf-8").text.own


def test_html_is_read_as_a_person_saw_it() -> None:
    page = (
        "<html><head><title>T</title><style>p{}</style></head><body><p>Dear&nbsp;team,<br>it is\n"
        "<b>down</b>.</p><script>alert('x')</script><ul><li>one<li>two</ul><table><tr><td>a</td>"
        "<td>b</td></tr></table><a href='https://k.example/log'>log</a></body></html>"
    )
    assert (
        html(page)
        == "Dear team,\nit is down.\n\n- one\n- two\n\na b\n\nlog <https://k.example/log>"
    )


@pytest.mark.parametrize(
    "hidden",
    [
        "<span style='display:none'>NO</span>",
        "<div style='DISPLAY : none !important'><p>NO</p></div>",
        "<span style='visibility:hidden'>NO</span>",
        "<p hidden>NO</p>",
        "<div style='mso-hide:all'>NO</div>",
        "<div style='font-size:0px'>NO</div>",
        "<div style='max-height:0;overflow:hidden'>NO</div>",
        "<!-- NO -->",
        "<noscript>NO</noscript>",
        "<template>NO</template>",
        "<style>NO</style>",
    ],
)
def test_what_html_hides_is_not_read(hidden: str) -> None:
    assert html(f"<p>Seen</p>{hidden}") == "Seen"


def test_a_frame_without_a_size_hides_nothing() -> None:
    page = "<div style='font-size:0'><div style='font-size:14px'>Seen</div></div>"
    assert html(page) == "Seen"


def test_a_quotation_in_html_is_cut_like_one_in_text() -> None:
    page = (
        "<div>No.</div><div class=gmail_quote><div>On Wed, 18 Nov 2026 at 10:03, S &lt;s@v&gt; "
        "wrote:<br></div><blockquote class=gmail_quote><p>old</p><p>text</p></blockquote></div>"
    )
    assert html(page) == "No."


def test_an_indented_paragraph_is_no_quotation() -> None:
    assert html("<p>One</p><blockquote style='margin:9px'>Two</blockquote>") == "One\n\nTwo"


@pytest.mark.parametrize(
    "page", ["<div>" * 100_000 + "Help", "<b><i>" * 3_000 + "Help", "<" * 50_000 + " Help", "Help<"]
)
def test_a_page_that_is_no_page_still_says_its_words(page: str) -> None:
    assert "Help" in html(page)


@pytest.mark.parametrize(
    "kind", ["mixed; boundary=never", "alternative; ", "related", "report; boundary=never"]
)
def test_a_multipart_without_its_boundary_is_text(kind: str) -> None:
    raw = mail("Only text\r\n", Content_Type=f"multipart/{kind}")
    assert read_mail(raw).text.own == "Only text"


def test_a_multipart_that_names_no_boundary_is_taken_apart() -> None:
    raw = mail(multipart(text("One"), boundary="xyz"), Content_Type="multipart/mixed")
    assert read_mail(raw).text.own == "One"


def test_a_multipart_that_breaks_off_is_read_to_its_end() -> None:
    raw = parts(text("One"), text("Two")).removesuffix(b"--b1--\r\n")
    assert read_mail(raw).text.own == "One\n\nTwo"
