"""A server that answers as it is told to, byte for byte."""

import socket
import threading
from contextlib import suppress

import pytest


class Server:
    """A server that answers each request with the next of its pieces, as they are."""

    def __init__(self, answers):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/v1/x?a=1"
        self.answers = list(answers)
        self.requests = []
        self.beginnings = []  # what came of each with its first bytes
        self.opened = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while self.answers:
            try:
                sock, _ = self.listening.accept()
            except OSError:
                return  # the test is over
            self.opened += 1
            threading.Thread(target=self.talk, args=(sock,), daemon=True).start()

    def talk(self, sock):
        # a client may leave in the middle, which is no fault of its server
        with sock, suppress(OSError):
            while self.answers and (request := self.asked(sock)):
                self.requests.append(request)
                pieces = self.answers.pop(0)
                for piece in pieces:
                    if piece is None:
                        return
                    if callable(piece):
                        piece()
                    else:
                        sock.sendall(piece)

    def asked(self, sock):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = sock.recv(65536)
            if not piece:
                return b""
            if not data:
                self.beginnings.append(piece)
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        while len(body) < int(length or 0):
            body += sock.recv(65536)
        return head + b"\r\n\r\n" + body


@pytest.fixture
def serve():
    """Starts a server of these answers; closed when the test ends."""
    servers = []

    def started(*answers):
        servers.append(Server(answers))
        return servers[-1]

    yield started
    for server in servers:
        server.answers = []
        server.listening.close()
