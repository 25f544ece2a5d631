#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""token_server.py KEY CERTIFICATE USER PASSWORD: gives USER tokens that let them pull and push, anybody else
none; signed by `openssl` in the way that Docker's registry checks."""
import base64
import http.server
import json
import ssl
import subprocess
import sys
import time
import urllib.parse

key, certificate, user, password = sys.argv[1:]


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def sign(claims):
    chain = base64.b64encode(ssl.PEM_cert_to_DER_cert(open(certificate).read())).decode()
    header = {"typ": "JWT", "alg": "RS256", "x5c": [chain]}
    text = encode(json.dumps(header).encode()) + b"." + encode(json.dumps(claims).encode())
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text, check=True,
                               capture_output=True).stdout
    return (text + b"." + encode(signature)).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        if self.headers.get("Authorization") != expected:
            return self.answer(401, {"details": "incorrect username or password"})
        access = []
        for scope in query.get("scope", []):
            kind, name, actions = scope.split(":")
            access.append({"type": kind, "name": name, "actions": actions.split(",")})
        now = int(time.time())
        claims = {"iss": "issuer", "sub": user, "aud": query["service"][0], "exp": now + 300,
                  "nbf": now - 10, "iat": now, "jti": str(now), "access": access}
        self.answer(200, {"token": sign(claims), "expires_in": 300})

    def answer(self, status, document):
        text = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print("tokens on", server.server_address[1], flush=True)
server.serve_forever()
