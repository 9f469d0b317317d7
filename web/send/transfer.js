/// Sends one file. `XMLHttpRequest`, since only it tells how many bytes have gone.
import { api_error, askForKey } from '../app/api.js';

/// `key`: sent again with the same one, a file that was taken is answered as before.
/// `on_progress(bytes)` counts bytes of the file. Returns `{done, cancel()}`; `done` resolves to the
/// server's report, rejects with an `api_error`, or with null where it was cancelled.
export function sendFile(file, encoding, key, on_progress) {
  const request = new XMLHttpRequest();
  let cancelled = false;
  const done = (async () => {
    let answer = await once(request, file, encoding, key, on_progress, () => cancelled);
    if (answer.status === 401 && !cancelled && (await askForKey()))
      answer = await once(request, file, encoding, key, on_progress, () => cancelled);
    if (cancelled) throw null;
    const said = parsed(answer.text);
    if (answer.status === 201) return said;
    throw new api_error(answer.status, said?.detail ?? null, Number.parseInt(answer.retry_after ?? '', 10) || null);
  })();
  return {
    done,
    cancel() {
      cancelled = true;
      request.abort();
    }
  };
}

function once(request, file, encoding, key, on_progress, cancelled) {
  const form = new FormData();
  form.append('file', file, file.name);
  return new Promise((resolve) => {
    const end = (status) =>
      resolve({
        status,
        text: status ? request.responseText : '',
        retry_after: status ? request.getResponseHeader('Retry-After') : null
      });
    request.open('POST', `/bankslip/batch${encoding ? `?encoding=${encoding}` : ''}`);
    request.setRequestHeader('Idempotency-Key', key);
    request.upload.onprogress = (event) =>
      !cancelled() && on_progress(Math.min(file.size, Math.max(0, event.loaded - (event.total - file.size))));
    request.onload = () => end(request.status);
    request.onerror = request.onabort = request.ontimeout = () => end(0);
    request.send(form);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
