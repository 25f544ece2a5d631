#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""proxy.py HOST:PORT CUT RATE: passes connections on to a server; breaks the one that carries byte number CUT
(0: none) from clients, once; lets through RATE bytes a second (0: all) until a file named "fast" appears."""
import os
import socket
import sys
import threading
import time

host, port = sys.argv[1].rsplit(":", 1)
cut, rate = int(sys.argv[2]), int(sys.argv[3])
lock = threading.Lock()
sent = 0


def close(*sockets):
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def count(size):
    """True if this is where to break the connection."""
    global sent, cut
    with lock:
        sent += size
        if cut and sent >= cut:
            cut = 0
            print("broke a connection", flush=True)
            return True
    return False


def forward(source, target, is_client):
    try:
        while data := source.recv(65536):
            if is_client and count(len(data)):
                break
            if is_client and rate and not os.path.exists("fast"):
                time.sleep(len(data) / rate)
            target.sendall(data)
    except OSError:
        pass
    close(source, target)


listener = socket.create_server(("127.0.0.1", 0))
print("proxy on", listener.getsockname()[1], flush=True)
while True:
    client, _ = listener.accept()
    server = socket.create_connection((host, int(port)))
    for arguments in (client, server, True), (server, client, False):
        threading.Thread(target=forward, args=arguments, daemon=True).start()
