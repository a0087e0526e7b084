"""What a client of Hospes needs: HTTPS with the development server's own authority, cookies, forms, OAuth.

Refuses to hide a lost connection: `Gone` means that the outcome of the request is unknown, which is what crash tests
are about. Only the standard library, so that nothing has to be installed.
"""

import base64
import hashlib
import http.client
import json
import secrets
import socket
import ssl
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

CLI = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
NATIVE = "http://localhost:53682/"
PATIENCE = 10


class Gone(Exception):
    """The server went away before it answered."""


class Answer:
    """A status, headers in lower case, and a body."""

    def __init__(self, status, headers, body, url):
        self.status, self.headers, self.body, self.url = status, headers, body, url

    @property
    def json(self):
        return json.loads(self.body) if self.body else {}

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def __repr__(self):
        return f"{self.status} {self.text[:300]}"


class Http:
    """One kept-alive connection; a thread of its own uses it."""

    def __init__(self, server):
        self.server = server
        self.context = ssl.create_default_context(cafile=server.setting("HOSPES_CA_FILE"))
        self.connection = None

    def ask(self, method, path, headers=(), body=None):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPSConnection(
                    "localhost", self.server.port, context=self.context, timeout=PATIENCE
                )
                self.connection.connect()
                self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers:
                self.connection.putheader(name, value)
            if body is not None:
                self.connection.putheader("Content-Length", str(len(body)))
            self.connection.endheaders(body)
            answer = self.connection.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Gone(f"{type(error).__name__}: {error}") from error
        headers = [(name.lower(), value) for name, value in answer.getheaders()]
        return Answer(answer.status, headers, read, path)

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def json(self, method, path, token, body=None):
        """A request of the directory API."""
        headers = [("Authorization", f"Bearer {token}")]
        if body is not None:
            headers.append(("Content-Type", "application/json"))
        return self.ask(method, path, headers, None if body is None else json.dumps(body).encode())

    def form(self, path, fields):
        """A request of a token endpoint."""
        headers = [("Content-Type", "application/x-www-form-urlencoded")]
        return self.ask("POST", path, headers, urlencode(fields).encode())


class Page(HTMLParser):
    """Forms and links of a page as a person sees them."""

    def __init__(self, answer):
        super().__init__()
        self.url, self.status = answer.url, answer.status
        self.forms, self.links, self.heading = [], [], ""
        self._form, self._in_heading = None, False
        self.feed(answer.text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        primary = "primary" in (attrs.get("class") or "").split()
        if tag == "form":
            self._form = {"action": attrs.get("action", ""), "post": attrs.get("method", "").lower() == "post"}
            self._form |= {"fields": {}, "primary": False}
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None and attrs.get("name"):
            self._form["fields"][attrs["name"]] = attrs.get("value") or ""
        elif tag == "button" and self._form is not None:
            self._form["primary"] |= primary
        elif tag == "a" and primary:
            self.links.append(attrs.get("href", ""))
        elif tag == "h1":
            self._in_heading = True

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "h1":
            self._in_heading = False

    def handle_data(self, data):
        if self._in_heading:
            self.heading += data

    def form_with(self, field):
        return next((form for form in self.forms if field in form["fields"]), None)

    def wanted_form(self):
        return next((form for form in self.forms if form["primary"]), None)

    def __repr__(self):
        return f'"{" ".join(self.heading.split())}" ({self.status}, {self.url.split("?")[0]})'


class Away:
    """The server sent the browser to an address elsewhere, which was not opened."""

    def __init__(self, url):
        self.url = url

    def parameters(self):
        return dict(parse_qsl(urlsplit(self.url).query))


class Browser:
    """A window with cookies that follows redirects on the server's own pages."""

    def __init__(self, http, cookies=None):
        self.http, self.cookies = http, dict(cookies or {})

    def open(self, url, site="none"):
        return self._follow("GET", url, None, site)

    def submit(self, page, form, **filled):
        target = urljoin(self.http.server.base + page.url, form["action"])
        return self._follow("POST", target, {**form["fields"], **filled}, "same-origin")

    def _follow(self, method, url, fields, site):
        base = self.http.server.base
        for _ in range(12):
            if not url.startswith(base + "/"):
                return Away(url)
            path = url[len(base) :]
            headers = [("Accept", "text/html"), ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "navigate")]
            headers.append(("Sec-Fetch-Dest", "document"))
            if self.cookies:
                headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())))
            body = None
            if fields is not None:
                headers += [("Origin", base), ("Content-Type", "application/x-www-form-urlencoded")]
                body = urlencode(fields).encode()
            answer = self.http.ask(method, path, headers, body)
            self._keep(answer)
            location = next((value for name, value in answer.headers if name == "location"), None)
            if answer.status not in (301, 302, 303, 307, 308) or location is None:
                return Page(answer)
            url, (method, fields) = urljoin(base + path, location), ("GET", None)
        raise AssertionError("the pages send the browser round in circles")

    def _keep(self, answer):
        for name, value in answer.headers:
            if name != "set-cookie":
                continue
            pair, *attributes = value.split(";")
            key, _, content = pair.strip().partition("=")
            if any(attribute.strip().lower() == "max-age=0" for attribute in attributes):
                self.cookies.pop(key, None)
            else:
                self.cookies[key] = content


def pkce():
    """A verifier and its challenge."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize_url(server, challenge, state, prompt=None):
    """Where the command-line client that every tenant knows sends a browser."""
    query = {
        "client_id": CLI,
        "response_type": "code",
        "redirect_uri": NATIVE,
        "scope": "openid profile offline_access User.Read",
        "state": state,
        "nonce": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if prompt:
        query["prompt"] = prompt
    tenant = server.setting("HOSPES_TENANT_ID")
    return f"{server.base}/{tenant}/oauth2/v2.0/authorize?{urlencode(query, quote_via=quote)}"


def tokens(http, fields):
    """Asks the token endpoint."""
    return http.form(f"/{http.server.setting('HOSPES_TENANT_ID')}/oauth2/v2.0/token", fields)


def automation(http):
    """The automation's token: it may do everything the script needs."""
    server = http.server
    answer = tokens(
        http,
        {
            "grant_type": "client_credentials",
            "client_id": server.setting("HOSPES_CLIENT_ID"),
            "client_secret": server.setting("HOSPES_CLIENT_SECRET"),
            "scope": "https://graph.microsoft.com/.default",
        },
    )
    assert answer.status == 200, answer
    return answer.json["access_token"]
