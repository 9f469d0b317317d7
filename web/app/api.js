/// Calls to the server. What goes wrong becomes an `api_error` whose text a person understands.
import { knows, t } from './i18n.js';

/// `status` is 0 where the server did not answer; `detail` is what it said: a
/// text, or for a 422 the list of fields; `retry_after` in seconds or null.
export class api_error extends Error {
  constructor(status, detail, retry_after = null) {
    super(describe(status, detail, retry_after));
    this.status = status;
    this.detail = detail;
    this.retry_after = retry_after;
  }
  get text() {
    return describe(this.status, this.detail, this.retry_after);
  }
}

function describe(status, detail, retry_after) {
  const said = Array.isArray(detail) ? detail.map(sentence).join('; ') : detail;
  if (status === 503) return t('error.503', { said: said ?? '', seconds: retry_after ?? 5 });
  const scope = status === 403 && /^the key lacks the scope (\w+)$/.exec(said ?? '')?.[1];
  if (scope) return t('error.scope', { scope });
  if (status === 429) return t('error.429', { seconds: retry_after ?? 5 });
  if ((status === 409 || status === 422 || status === 400) && said) return said;
  if (knows(`error.${status}`)) return t(`error.${status}`, { said: said ?? '' });
  return t('error.other', { status, said: said ?? '' });
}

/// One entry of a 422, in the page's language where its code is known.
export function sentence({ type, msg, loc = [] }) {
  const field = loc.at(-1);
  return `${field && field !== 'file' && field !== 'body' ? `${field}: ` : ''}${knows(`code.${type}`) ? t(`code.${type}`, { said: msg }) : msg}`;
}

let login = null;
let waiting = null;
let session = null;

/// `ask()` shows the login and resolves to whether there is a session now.
export function onLogin(ask) {
  login = ask;
}
/// Whether calls need a key: curl lines show it then.
export const needsKey = () => session?.key != null;
/// Whether the key allows it; true before that is known.
export const may = (scope) => !session || session.scopes.includes(scope);
/// `{key, scopes}` as the server tells them.
export function setSession(now) {
  session = now;
}

/// Asks for the key once, however many calls are refused at a time.
export function askForKey() {
  if (!login) return Promise.resolve(false);
  waiting ??= login().finally(() => {
    waiting = null;
  });
  return waiting;
}

/// Reads the error of a `Response`.
async function errorOf(response) {
  let detail = null;
  try {
    detail = (await response.json()).detail ?? null;
  } catch {
    /* not ours: a proxy's page */
  }
  const wait = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return new api_error(response.status, detail, Number.isNaN(wait) ? null : wait);
}

async function call(method, path, { body, headers = {}, signal, as = 'json' } = {}) {
  const options = {
    method,
    headers: { Accept: as === 'json' ? 'application/json' : '*/*', ...headers },
    signal,
    credentials: 'same-origin'
  };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch (problem) {
    if (problem.name === 'AbortError') throw problem;
    throw new api_error(0, null);
  }
  if (response.status === 401 && (await askForKey())) return call(method, path, { body, headers, signal, as });
  if (!response.ok) throw await errorOf(response);
  if (as === 'response') return response;
  return as === 'text' ? response.text() : response.status === 204 ? null : response.json();
}

/// `get('/uploads')` gives the JSON; `{as: 'text' | 'response', signal}`.
export const get = (path, options) => call('GET', path, options);
export const post = (path, body, options) => call('POST', path, { ...options, body });
