"""Domains that anybody gets an address of: who writes from one of them is known by the whole
address alone."""

from __future__ import annotations

_ANYBODYS = frozenset(
    {
        "126.com",
        "163.com",
        "aol.com",
        "att.net",
        "bluewin.ch",
        "btinternet.com",
        "comcast.net",
        "email.com",
        "fastmail.com",
        "free.fr",
        "freenet.de",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.de",
        "hotmail.fr",
        "hotmail.it",
        "icloud.com",
        "laposte.net",
        "libero.it",
        "live.com",
        "live.de",
        "mac.com",
        "mail.com",
        "mail.de",
        "mail.ru",
        "mailbox.org",
        "me.com",
        "msn.com",
        "naver.com",
        "o2.pl",
        "orange.fr",
        "outlook.com",
        "outlook.de",
        "outlook.fr",
        "pm.me",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rediffmail.com",
        "seznam.cz",
        "sfr.fr",
        "t-online.de",
        "tutanota.com",
        "verizon.net",
        "virgilio.it",
        "wanadoo.fr",
        "web.de",
        "wp.pl",
        "yahoo.co.in",
        "yahoo.co.jp",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.de",
        "yahoo.fr",
        "yandex.com",
        "yandex.ru",
        "zoho.com",
    }
)


def is_anybodys(domain: str) -> bool:
    """Whether an address at this domain says nothing of a company; so does no domain at all."""
    return not domain or domain.lower() in _ANYBODYS


def plain_domain(stated: str) -> str:
    """The domain in what a system says of a company: `https://www.kestrel.example/` is
    `kestrel.example`."""
    text = stated.strip().lower().rpartition("://")[2]
    return text.partition("/")[0].partition(":")[0].removeprefix("www.").rstrip(".")
