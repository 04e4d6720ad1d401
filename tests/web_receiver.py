"""A real web server on loopback that answers as it is told and keeps what came."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


class WebReceiver:
    def __init__(self) -> None:
        self.status, self.delay, self.headers, self.seen = 200, 0.0, {}, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.seen.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for _ in range(int(outer.delay * 10)):  # drop by drop
                    self.wfile.write(b".")
                    self.wfile.flush()
                    time.sleep(0.1)

            do_GET = do_POST  # noqa: N815  # names of the standard library

            def log_message(self, *args) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook?a=1"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
