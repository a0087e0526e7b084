"""Walks the pages of a sign-in as a person would, without scripts, until the browser is sent away from the server."""

import html.parser
import re
import time
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from suite import BASE, setting

MOST_STEPS = 40


class Page(html.parser.HTMLParser):
    """The forms of a page, and the link that is drawn as its main button."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.main_link, self.text = [], None, text
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        main = "primary" in (found.get("class") or "").split()
        if tag == "form":
            method = (found.get("method") or "get").lower()
            form = {"action": found.get("action") or "", "method": method, "fields": {}, "main": False, "open": True}
            self.forms.append(form)
        elif tag == "a" and main and self.main_link is None:
            self.main_link = found.get("href")
        elif self.forms and self.forms[-1]["open"]:
            if tag == "input" and found.get("name"):
                self.forms[-1]["fields"][found["name"]] = found.get("value") or ""
            if tag == "button" and main:
                self.forms[-1]["main"] = True

    def handle_endtag(self, tag):
        if tag == "form" and self.forms:
            self.forms[-1]["open"] = False

    def heading(self):
        """What stands above the page, for messages."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.S)
        return re.sub(r"<[^>]*>", "", found[1]).strip() if found else self.text[:200]


def mailed(recipient, subject, since, pattern):
    """What the newest mail of that kind to this address says, after waiting for it; a mail after number `since`."""
    box = setting("MAILBOX_URL")
    end = time.monotonic() + 10
    while time.monotonic() < end:
        for mail in requests.get(box, params={"to": recipient}, timeout=30).json()["value"]:
            if int(mail["id"]) > since and mail["subject"].startswith(subject):
                text = requests.get(f"{box}/{mail['id']}", timeout=30).json()["text"]
                return re.search(pattern, text, re.M)[1]
        time.sleep(0.1)
    raise AssertionError(f"no mail '{subject}…' to {recipient} after ten seconds")


def newest_mail():
    """The newest mail's number."""
    mails = requests.get(setting("MAILBOX_URL"), timeout=30).json()["value"]
    return max((int(mail["id"]) for mail in mails), default=0)


class Browser:
    """One window of one person, with its own cookies."""

    def __init__(self, name, password=None):
        self.name, self.password = name, password
        self.session = requests.Session()
        self.session.headers.update({"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"})

    def open(self, url, form=None):
        """Follows redirects to a page of the server, or to an address elsewhere, which is not opened."""
        for _ in range(MOST_STEPS):
            site = {"sec-fetch-site": "same-origin", "origin": BASE} if form else {"sec-fetch-site": "none"}
            answer = self.session.request(
                "POST" if form else "GET", url, data=form, headers=site, allow_redirects=False, timeout=30
            )
            location = answer.headers.get("location")
            if not (300 <= answer.status_code < 400 and location):
                return url, answer.status_code, answer.text
            url, form = urljoin(url, location), None
            if self.leads_away(url):
                return url, None, None
        raise AssertionError("the pages send the browser round in circles")

    @staticmethod
    def leads_away(url):
        """Whether an address is not the server's."""
        return urlsplit(url)[:2] != urlsplit(BASE)[:2]

    def walk(self, url, **typed):
        """Presses what a page wants pressed and types what it asks for; the address elsewhere, or the last page. An answer
        in a form (form_post) is posted to the app."""
        since, answered = newest_mail(), set()
        answers = {
            "code": lambda: mailed(self.name, "Your code", since, r"^\s*(\d[\d ]{6,}\d)\s*$"),
            "password": lambda: self.password,
            "address": lambda: self.name,
            "name": lambda: self.name,
            **{name: lambda value=value: value for name, value in typed.items()},
        }
        url, status, text = self.open(url)
        for _ in range(MOST_STEPS):
            if status is None:
                return url
            page = Page(text)
            answer = next((f for f in page.forms if f["main"] and self.leads_away(urljoin(url, f["action"]))), None)
            if answer:
                requests.post(answer["action"], data=answer["fields"], timeout=30).raise_for_status()
                return answer["action"]
            asks = next((n for n in answers if any(n in form["fields"] for form in page.forms)), None)
            wanted = [f for f in page.forms if (asks in f["fields"] if asks else f["main"])]
            if not wanted and page.main_link:
                url, status, text = self.open(urljoin(url, page.main_link))
                continue
            if not wanted or asks in answered:
                return page
            form = wanted[0]
            if asks:
                answered.add(asks)
                form["fields"][asks] = answers[asks]()
            where = urljoin(url, form["action"])
            if form["method"] == "get":
                url, status, text = self.open(f"{where}?{urlencode(form['fields'])}")
            else:
                url, status, text = self.open(where, form["fields"])
        raise AssertionError("the walk does not come to an end")

    def sign_in(self, url):
        """The parameters that the app gets."""
        away = self.walk(url)
        if isinstance(away, Page):
            raise AssertionError(f"the sign-in of {self.name} ends at '{away.heading()}'")
        parts = urlsplit(away)
        return dict(parse_qsl(parts.query or parts.fragment))
