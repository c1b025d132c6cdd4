"""Secrets of programs in a text, by the forms that their makers publish: each has a beginning that
nothing else has, so that an id, a digest or a number is not taken for one."""

from __future__ import annotations

import base64
import binascii
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tierline.cases.mask_kind import MaskKind

_ALONE = r"(?<![A-Za-z0-9_])"


@dataclass(frozen=True, slots=True)
class _Form:
    """What one kind looks like. A text without any of `hints` is not searched. The group `secret`
    is what is taken away, the whole where there is none."""

    kind: MaskKind
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    is_one: Callable[[str], bool] = lambda _: True


def _form(kind: MaskKind, hints: str, pattern: str) -> _Form:
    return _Form(kind, tuple(hints.split()), re.compile(pattern))


def _is_web_token(text: str) -> bool:
    """Whether the head of a JSON Web Token can be read (RFC 7519)."""
    head = text.partition(".")[0]
    try:
        read = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return False
    return isinstance(read, dict) and "alg" in read


_FORMS = (
    _form(MaskKind.aws_access_key, "AKIA ASIA ABIA ACCA",
          rf"{_ALONE}(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{{16}}(?![A-Za-z0-9])"),
    _form(MaskKind.aws_secret_key, "aws AWS Aws secret_access_key SecretAccessKey",
          r"(?i:(?:aws|secret)[\w.\- ]{0,20}(?:secret|access|key)[\w.\- ]{0,20})['\"]?\s{0,3}[:=]"
          r"{1,2}>?\s{0,3}['\"]?(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"),
    _form(MaskKind.github_token, "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
          rf"{_ALONE}(?:gh[pousr]_[A-Za-z0-9]{{36,255}}|github_pat_[A-Za-z0-9]{{22}}_[A-Za-z0-9]"
          r"{59})"),
    _form(MaskKind.gitlab_token, "glpat- gldt- glrt- glptt-",
          rf"{_ALONE}gl(?:pat|dt|rt|ptt)-[\w-]{{20,300}}"),
    _form(MaskKind.slack_token, "xox xapp-",
          rf"{_ALONE}(?:xox[abeoprs]-(?:\d+-)*[A-Za-z0-9-]{{10,300}}|xapp-\d-[A-Za-z0-9-]{{20,300}})"),
    _form(MaskKind.slack_webhook, "hooks.slack.com/",
          r"https://hooks\.slack\.com/(?:services|workflows)/(?P<secret>[\w/]{20,200})"),
    _form(MaskKind.stripe_key, "sk_live_ sk_test_ rk_live_ rk_test_",
          rf"{_ALONE}[rs]k_(?:live|test)_[A-Za-z0-9]{{16,300}}"),
    _form(MaskKind.webhook_secret, "whsec_", rf"{_ALONE}whsec_[A-Za-z0-9+/=]{{24,120}}"),
    _form(MaskKind.google_key, "AIza GOCSPX- ya29.",
          rf"{_ALONE}(?:AIza[\w-]{{35}}(?![\w-])|GOCSPX-[\w-]{{28}}|ya29\.[\w-]{{20,2000}})"),
    _form(MaskKind.model_key, "sk-",
          rf"{_ALONE}sk-(?:ant-|proj-|svcacct-|or-)[\w-]{{30,300}}"
          rf"|{_ALONE}sk-[A-Za-z0-9]{{20}}T3BlbkFJ[A-Za-z0-9]{{20}}"),
    _form(MaskKind.npm_token, "npm_", rf"{_ALONE}npm_[A-Za-z0-9]{{36}}(?![A-Za-z0-9])"),
    _form(MaskKind.pypi_token, "pypi-AgE", rf"{_ALONE}pypi-AgE[\w-]{{50,1000}}"),
    _form(MaskKind.sendgrid_key, "SG.", rf"{_ALONE}SG\.[\w-]{{22}}\.[\w-]{{43}}"),
    _form(MaskKind.twilio_key, "SK", rf"{_ALONE}SK[0-9a-f]{{32}}(?![A-Za-z0-9])"),
    _form(MaskKind.azure_key, "AccountKey=", r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)"),
    _form(MaskKind.shopify_token, "shpat_ shpca_ shppa_ shpss_",
          rf"{_ALONE}shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{{32}}"),
    _form(MaskKind.digitalocean_token, "dop_v1_ doo_v1_ dor_v1_",
          rf"{_ALONE}do[opr]_v1_[0-9a-f]{{64}}"),
    _form(MaskKind.hugging_face_token, "hf_", rf"{_ALONE}hf_[A-Za-z]{{34}}(?![A-Za-z0-9])"),
    _form(MaskKind.telegram_token, ":AA", rf"{_ALONE}\d{{8,10}}:AA[\w-]{{33}}(?![\w-])"),
    _form(MaskKind.tierline_token, "tl_", rf"{_ALONE}tl_[A-Za-z0-9]{{43}}(?![A-Za-z0-9])"),
    _Form(MaskKind.web_token, ("eyJ",),
          re.compile(rf"{_ALONE}eyJ[\w-]{{8,2000}}\.eyJ[\w-]{{2,20000}}\.[\w-]{{16,2000}}"),
          _is_web_token),
    _form(MaskKind.url_password, "://",
          r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@<>\"'\[\]]{0,100}:"
          r"(?P<secret>[^\s/@<>\"'\[\]]{3,200})@(?=[\w.\[-])"),
    _form(MaskKind.authorization, "earer asic EARER ASIC",
          r"(?i:authorization['\"]?\s{0,3}[:=]\s{0,3}['\"]?(?:bearer|basic)\s{1,3})"
          r"(?P<secret>[A-Za-z0-9._~+/=-]{12,4000})"),
)  # fmt: skip
_KEY = "PRIVATE KEY"
_KEY_BEGINS = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = re.compile(r"-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_KEY_CHARACTERS = 20_000
_KEY_LINES = re.compile(r"(?:[\s>|]{0,20}[A-Za-z0-9+/=:,\-]{16,200}(?=\s|$)){0,400}")


def secret_tokens(text: str) -> Iterator[tuple[MaskKind, int, int]]:
    """Where secrets stand, each with its kind, start and end; they may overlap."""
    for form in _FORMS:
        for hint in form.hints:
            if hint in text:
                break
        else:
            continue
        for match in form.pattern.finditer(text):
            group = "secret" if "secret" in form.pattern.groupindex else 0
            if form.is_one(match[group]):
                yield (form.kind, *match.span(group))
    if _KEY in text:
        yield from _private_keys(text)


def _private_keys(text: str) -> Iterator[tuple[MaskKind, int, int]]:
    """From the first line of a key to its last; of one that was cut off, as far as it goes."""
    ends = [match.end() for match in _KEY_ENDS.finditer(text)]
    end = 0
    for begun in _KEY_BEGINS.finditer(text):
        if begun.start() < end:
            continue
        after = bisect_left(ends, begun.end())
        if after < len(ends) and ends[after] - begun.end() <= _KEY_CHARACTERS:
            end = ends[after]
        else:
            lines = _KEY_LINES.match(text, begun.end())
            end = lines.end() if lines else begun.end()
        yield MaskKind.private_key, begun.start(), end
