"""Prints what Python's own e-mail package sees in a message, a line a fact."""

import email
import email.policy
import sys

with open(sys.argv[1], "rb") as f:
    message = email.message_from_bytes(f.read(), policy=email.policy.default)

print("defects", len(message.defects))
for name in ("From", "To", "Subject", "Message-ID", "Date", "Bcc"):
    print(name, "=", message[name])
print("structure", ",".join(p.get_content_type() for p in message.walk()))
text = message.get_body(("plain",)).get_content()
html = message.get_body(("html",)).get_content()
print("text", text.replace("\r\n", "|"))
print("html", html.replace("\r\n", "|"))
for part in message.iter_attachments():
    data = part.get_content()
    print("attachment", part.get_filename(), data[:5].decode(), len(data))
