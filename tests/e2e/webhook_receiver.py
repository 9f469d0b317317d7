"""Receives webhooks, and judges their signatures by the package standardwebhooks.

Usage: webhook_receiver.py SECRET; prints its port, ends with its parent.
POST /hook    a webhook; answered as ordered, else 204
POST /answers orders the next answers: "500 429:2 410", 429 with Retry-After 2
GET  /calls   a line for each webhook: id, type, "verified" or why not, answer, data
"""

import http.server
import json
import sys
import threading

from standardwebhooks import Webhook, WebhookVerificationError


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    orders = []
    calls = []
    judge = None

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with self.lock:
            text = "".join("\t".join(call) + "\n" for call in self.calls)
        self.answer(200, text.encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/answers":
            with self.lock:
                self.orders[:] = body.decode().split()
            self.answer(204)
            return
        try:
            payload = self.judge.verify(body, dict(self.headers))
            verdict = "verified"
        except WebhookVerificationError as error:
            payload, verdict = json.loads(body), str(error)
        with self.lock:
            order = self.orders.pop(0) if self.orders else "204"
            self.calls.append((self.headers["webhook-id"], payload["type"], verdict, order,
                               json.dumps(payload["data"], separators=(",", ":"),
                                          ensure_ascii=False)))
        status, _, wait = order.partition(":")
        self.answer(int(status), headers=[("Retry-After", wait)] if wait else ())


Handler.judge = Webhook(sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
# Ends with its parent, whose end of this pipe closes.
sys.stdin.read()
