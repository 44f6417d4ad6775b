"""The release build of Watchroom as a process, the probe beside it, and a browser for both.

Owns the processes, their configuration and their memory figures. What is asked of them is in the modules of the lines.
"""

import html
import http.client
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import time
import urllib.parse

UNVERIFIED = ssl.create_default_context()
UNVERIFIED.check_hostname, UNVERIFIED.verify_mode = False, ssl.CERT_NONE


class Server:
    """A process that answers HTTPS on a port of this host."""

    def __init__(self, command, port, log, first):
        self.command, self.port, self.log, self.first = [str(word) for word in command], port, log, first
        self.process = None

    def start(self):
        """Starts it; seconds from the start of the process to its first answer."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WATCHROOM_")}
        begun = time.monotonic()
        self.process = subprocess.Popen(self.command, stdout=open(self.log, "w"), stderr=subprocess.STDOUT, env=clean)
        while True:
            try:
                if Browser(self.port).get(self.first).status < 500:
                    return time.monotonic() - begun
            except (OSError, http.client.HTTPException):
                if self.process.poll() is not None or time.monotonic() - begun > 60:
                    raise SystemExit(f"{self.command[0]} did not start:\n{pathlib.Path(self.log).read_text()}")
                time.sleep(0.005)

    def runs(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        if self.runs():
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def memory(self, which):
        """VmRSS (now) or VmHWM (the most since the start), in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{which}:\s+(\d+)", status)[1]) / 1024

    def cpu(self):
        """Seconds of processor time since the start."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.location = urllib.parse.urlsplit(headers.get("location") or "").path

    def expect(self, status):
        if self.status != status:
            text = re.sub(r"<[^>]*>|\s+", " ", self.body.decode(errors="replace"))
            raise SystemExit(f"answered {self.status} instead of {status}: {' '.join(text.split())[:600]}")
        return self

    def field(self, name):
        """The value of an input."""
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', self.body.decode())
        value = tag and re.search(r'value="([^"]*)"', tag[0])
        return html.unescape(value[1]) if value else ""


class Browser:
    """Keeps cookies and the token of the page that it saw last."""

    def __init__(self, port):
        self.port, self.cookies, self.token, self.connection = port, {}, "", None

    def get(self, path):
        return self._send("GET", path, None, {})

    def post(self, path, fields):
        body = urllib.parse.urlencode([("csrf", self.token), *fields.items()], doseq=True)
        return self._send("POST", path, body, {"content-type": "application/x-www-form-urlencoded"})

    def upload(self, path, fields, name, content):
        edge = "----watchroom-bench"
        body = bytearray()
        for key, value in [("csrf", self.token), *fields.items()]:
            body += f'--{edge}\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        body += (f'--{edge}\r\ncontent-disposition: form-data; name="{name}"; filename="{name}"\r\n'
                 "content-type: application/octet-stream\r\n\r\n").encode()
        body += content + f"\r\n--{edge}--\r\n".encode()
        return self._send("POST", path, bytes(body), {"content-type": f"multipart/form-data; boundary={edge}"})

    def download(self, path):
        """Fetches without keeping: bytes, lines, seconds to the first byte of the body."""
        begun = time.monotonic()
        response = self._request("GET", path, None, {})
        if response.status != 200:
            raise SystemExit(f"{path} answered {response.status}")
        size, lines, first = 0, 0, None
        while piece := response.read(1 << 16):
            first = first or time.monotonic() - begun
            size, lines = size + len(piece), lines + piece.count(b"\n")
        return size, lines, first

    def sign_in(self, email, password):
        self.get("/sign-in")
        self.post("/sign-in", {"email": email, "password": password, "next": ""}).expect(303)
        return self

    def cookie_header(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def csrf_token(self):
        """What the API wants in X-CSRF-Token from a browser's session."""
        return json.loads(self.get("/api/v1/session").expect(200).body)["csrf_token"]

    def _request(self, method, path, body, headers):
        if self.cookies:
            headers = headers | {"cookie": self.cookie_header()}
        while True:
            kept = self.connection is not None
            if not kept:
                self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=UNVERIFIED, timeout=600)
            try:
                self.connection.request(method, path, body, headers)
                return self.connection.getresponse()
            except (http.client.HTTPException, OSError):
                self.connection.close()
                self.connection = None
                # One that was kept may have been closed meanwhile, when it idled or the server started anew.
                if not kept:
                    raise

    def _send(self, method, path, body, headers):
        response = self._request(method, path, body, headers)
        for line in response.headers.get_all("set-cookie") or []:
            name, value = line.split(";", 1)[0].split("=", 1)
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        answer = Answer(response.status, response.headers, response.read())
        self.token = answer.field("csrf") or self.token
        return answer
