// An e-mail service (EMAIL_URL) that refuses, loses its answer, or waits, as told.
import { once } from 'node:events';
import { createServer } from 'node:http';

export async function mailService() {
  const refused = new Map();
  const lost = new Set();
  const waiting = [];
  let held = false;
  const sent = [];

  async function take(request, response) {
    let body = '';
    for await (const part of request) body += part;
    const mail = JSON.parse(body);
    if (held) await new Promise(resolve => waiting.push(resolve));
    if (lost.has(mail.to)) return request.socket.destroy();
    const reason = refused.get(mail.to);
    if (!reason) sent.push(mail);
    response.writeHead(reason ? 422 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(reason ? { error: reason } : {}));
  }

  const server = createServer(take).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Debts whose e-mail was accepted, in order. */
    sent,
    /** Refuses mails to an address for good. */
    refuse: (address, reason) => refused.set(address, reason),
    accept: address => refused.delete(address) || lost.delete(address),
    /** Takes mails to an address and breaks the connection: did they go out? */
    loseAnswer: address => lost.add(address),
    /** From now on no mail is answered until `release`. */
    hold: () => { held = true; },
    release() {
      held = false;
      for (const go of waiting.splice(0)) go();
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
