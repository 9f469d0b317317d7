"""An SMTP server for tests: answers as the reader's address says, keeps each
message as a file, and prints its port when it listens.

Usage: smtp_server.py FOLDER [PORT]
Addresses: rcpt-550@…, rcpt-451@… are answered so at RCPT; data-554@…,
data-452@… after the message; drop-rcpt@… closes the connection at RCPT,
drop-data@… after the whole message, before the answer; once-421@… is answered
421 the first time; slow-…@… waits for 20 ms after the message.
"""

import asyncio
import sys

from aiosmtpd.smtp import SMTP


class Handler:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.refused_once = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        user = address.split("@")[0]
        if user.startswith("rcpt-"):
            return user[5:8] + " not this one"
        if user == "drop-rcpt":
            server.transport.abort()
            await asyncio.sleep(5)
        if user == "once-421" and address not in self.refused_once:
            self.refused_once.add(address)
            return "421 too busy"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        user = envelope.rcpt_tos[0].split("@")[0]
        if user.startswith("slow-"):
            await asyncio.sleep(0.02)
        if user.startswith("data-"):
            return user[5:8] + " not this message"
        self.count += 1
        name = f"{self.folder}/{self.count:04d}-{user}.eml"
        with open(name, "wb") as out:
            out.write(envelope.original_content)
        if user == "drop-data":
            server.transport.abort()
            await asyncio.sleep(5)
        return "250 taken"


async def main():
    folder = sys.argv[1]
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    handler = Handler(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="mail.test", enable_SMTPUTF8=True, loop=loop),
        "127.0.0.1", port)
    print(f"{server.sockets[0].getsockname()[1]}\n", end="", flush=True)
    # Ends with its parent, whose end of this pipe closes.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
