"""A TCP proxy before PostgreSQL that cuts connections in the midst of COMMIT."""
import select
import socket
import threading


class Proxy:
    """Every `every`-th message with COMMIT ends its connection: in turn before
    the server gets it, and after, without the answer. 0: none."""

    def __init__(self, target, every):
        self.target, self.every = target, every
        self.commits = self.cut_before = self.cut_after = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _fate(self, data):
        """What happens to a piece from the client: None, "before", "after"."""
        # A start names the database, and that may end in the same letters.
        is_start = data[4:8] == b"\0\3\0\0"
        if is_start or b"commit\0" not in data.lower():
            return None
        with self.lock:
            self.commits += 1
            if not self.every or self.commits % self.every:
                return None
            if self.commits // self.every % 2:
                self.cut_before += 1
                return "before"
            self.cut_after += 1
            return "after"

    def _serve(self, client):
        try:
            server = socket.create_connection(("127.0.0.1", self.target), 5)
        except OSError:
            client.close()
            return
        try:
            self._relay(client, server)
        except OSError:
            pass
        finally:
            client.close()
            server.close()

    def _relay(self, client, server):
        while True:
            for side in select.select([client, server], [], [])[0]:
                data = side.recv(262144)
                if not data:
                    return
                if side is server:
                    client.sendall(data)
                    continue
                fate = self._fate(data)
                if fate == "before":
                    return
                server.sendall(data)
                if fate == "after":
                    # The server's answer says that it is done; nobody hears it.
                    server.settimeout(5)
                    server.recv(65536)
                    return
