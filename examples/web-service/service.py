# SPDX-License-Identifier: GPL-3.0-or-later
"""A counter of visits, as a web service.  It keeps its count in the directory that it starts in."""

import http.server
import os
import signal
import sys

COUNT = "visits"


def visits():
    try:
        with open(COUNT) as file:
            return int(file.read())
    except FileNotFoundError:
        return 0


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/health":
            return self.answer("healthy")
        count = visits() + 1
        with open(COUNT + ".new", "w") as file:
            file.write(str(count))
        os.replace(COUNT + ".new", COUNT)
        return self.answer(f"visit {count}, served by user {os.getuid()}")

    def answer(self, text):
        body = (text + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
http.server.HTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler).serve_forever()
