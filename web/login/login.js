/// The login: a key is pasted once, the browser keeps a session (an HttpOnly cookie).
import { askForKey, onLogin, setSession } from '../app/api.js';
import { openDialog } from '../app/dialog.js';
import { fill, h } from '../app/dom.js';
import { t } from '../app/i18n.js';
import { heading, loadingState } from '../app/parts.js';
import { showAccount } from '../app/shell.js';

const path = '/session';

export async function start() {
  onLogin(askKey);
  const answer = await fetch(path).catch(() => null);
  if (!answer?.ok) return;
  const who = await answer.json();
  if (who.scopes.length > 0) return take(who);
  fill(document.getElementById('main'), heading(t('login.title')), loadingState());
  await askForKey();
}

/// `key` is the name of the key; null where the server asks for none.
function take({ key, scopes }) {
  setSession({ key, scopes });
  showAccount(key === null ? null : () => [h('span', {}, t('login.as', { name: key })), h('button.link', { type: 'button', on: { click: leave } }, t('login.out'))]);
}

async function leave() {
  await fetch(path, { method: 'DELETE' }).catch(() => null);
  location.reload();
}

/// Shows the dialog until a key is right or it is left; resolves to whether one is.
async function askKey() {
  const id = 'login-title';
  const key = h('input', { type: 'password', id: 'key', required: true, autocomplete: 'off', spellcheck: false });
  const wrong = h('p.bad', { role: 'alert' });
  const dialog = h('dialog', { 'aria-labelledby': id },
    h('form.login', { on: { submit } }, h('h2', { id }, t('login.title')), h('p', {}, t('login.text')),
      h('label', { for: 'key' }, t('login.key')), key, wrong,
      h('div.buttons', {}, h('button', { type: 'button', on: { click: () => dialog.close('no') } }, t('dialog.cancel')), h('button.primary', {}, t('login.go')))));

  async function submit(event) {
    event.preventDefault();
    fill(wrong);
    const answer = await fetch(path, { method: 'POST', headers: { 'X-API-Key': key.value.trim() } }).catch(() => null);
    if (answer?.ok) {
      take(await answer.json());
      return dialog.close('yes');
    }
    fill(wrong, answer?.status === 401 ? t('login.wrong') : t(answer ? 'error.other' : 'error.0', { status: answer?.status, said: '' }));
    key.select();
  }
  return await openDialog(dialog) === 'yes';
}
