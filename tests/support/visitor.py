"""A browser without scripts: keeps cookies, reads forms, sends them, follows what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
import httpx
from one_loop import answered
from starlette.types import ASGIApp

_HIDDEN = ("form_word", "next", "code")


class _Fields(HTMLParser):
    """The filled fields of every form of a page, by the form's address."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._open: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = dict(attrs)
        if tag == "form":
            self._open = self.forms.setdefault(str(stated["action"]), {})
        elif tag == "input" and self._open is not None and stated.get("value"):
            self._open[str(stated["name"])] = str(stated["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


@dataclass
class Visit:
    """One browser at the pages of an application in this process."""

    app: ASGIApp
    base: str = "http://tierline.test"
    cookies: dict[str, str] = field(default_factory=dict)
    page: httpx.Response = field(default_factory=lambda: httpx.Response(204))
    path: str = "/"
    language: str = ""
    """What it would rather read (`Accept-Language`)."""
    accept: str = ""
    """What it takes (`Accept`)."""

    def open(self, path: str) -> httpx.Response:
        """Ask for a page, and go where it sends one."""
        return self._follow(self._send("GET", path))

    def send(self, action: str, **fields: str) -> httpx.Response:
        """Fill in the form of the open page that goes to `action`, and go where it sends one."""
        return self._follow(self.post(action, **{**self.form(action), **fields}))

    def form(self, action: str) -> dict[str, str]:
        """The hidden fields of a form of the open page."""
        found = _Fields()
        found.feed(self.page.text)
        return {name: value for name, value in found.forms[action].items() if name in _HIDDEN}

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send fields, and stay."""
        return self._send("POST", path, data=fields)

    def upload(
        self, action: str, files: dict[str, tuple[str, bytes]], **fields: str
    ) -> httpx.Response:
        """Fill in a form with files of the open page, and go where it sends one."""
        held = self.form(action) if f'action="{action}"' in self.page.text else {}
        return self._follow(self._send("POST", action, data={**held, **fields}, files=files))

    def post_raw(self, path: str, body: bytes, kind: str) -> httpx.Response:
        """Send bytes of a media type, and stay."""
        return self._send("POST", path, content=body, kind=kind)

    def _send(self, method: str, path: str, *, kind: str = "", **stated: Any) -> httpx.Response:
        headers = {"Content-Type": kind} if kind else {}
        if self.language:
            headers["Accept-Language"] = self.language
        if self.accept:
            headers["Accept"] = self.accept
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, path, headers=headers, **stated)

        response = answered(send)
        self._keep(response)
        self.page, self.path = response, path
        if response.headers.get("content-type", "").startswith("text/html"):
            html5lib.HTMLParser(strict=True).parse(response.text)
        return response

    def _keep(self, response: httpx.Response) -> None:
        for line in response.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value

    def _follow(self, response: httpx.Response) -> httpx.Response:
        hops = 0
        while response.status_code == 303:
            hops += 1
            assert hops < 5, "it goes round in circles"
            target = urljoin(f"{self.base}{self.path}", response.headers["location"])
            if urlsplit(target).netloc != urlsplit(self.base).netloc:
                self.path = target
                return response
            response = self._send("GET", target.removeprefix(self.base))
        return response
