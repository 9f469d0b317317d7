"""An SMTP server that takes every message and keeps a line for each: its Message-ID, written
before it answers.

Usage: smtp_sink.py PORT LEDGER MILLISECONDS [STEP]: so long takes the answer to a message, and
that to each other command.
"""
import asyncio
import sys


class Session:
    def __init__(self, ledger, delay, step):
        self.ledger, self.delay, self.step = ledger, delay, step

    async def talk(self, reader, writer):
        try:
            await self._say(writer, "220 sink")
            while command := (await reader.readline())[:4].upper():
                await asyncio.sleep(self.step)
                if command == b"QUIT":
                    await self._say(writer, "221 bye")
                    break
                if command == b"DATA":
                    await self._say(writer, "354 go on")
                    await self._take(reader)
                await self._say(writer, "250 ok")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _say(self, writer, text):
        writer.write(text.encode() + b"\r\n")
        await writer.drain()

    async def _take(self, reader):
        message = await reader.readuntil(b"\r\n.\r\n")
        head = message.split(b"\r\n\r\n", 1)[0].decode(errors="replace")
        found = [line for line in head.split("\r\n") if line.lower().startswith("message-id:")]
        self.ledger.write(found[0].split("<")[1].split("@")[0] + "\n")
        self.ledger.flush()
        await asyncio.sleep(self.delay)


async def main():
    port, path = int(sys.argv[1]), sys.argv[2]
    delay, step = (int(value) / 1000 for value in (sys.argv[3:] + ["0"])[:2])
    with open(path, "a", encoding="ascii") as ledger:
        server = await asyncio.start_server(
            lambda reader, writer: Session(ledger, delay, step).talk(reader, writer), "127.0.0.1", port,
            limit=4 * 1024 * 1024)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
