/// Questions before something that cannot be undone.
import { h } from './dom.js';
import { t } from './i18n.js';

/// Shows a modal dialog; resolves when it is closed, to its `returnValue`, and removes it.
export function openDialog(dialog) {
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener(
      'close',
      () => {
        dialog.remove();
        resolve(dialog.returnValue);
      },
      { once: true }
    )
  );
}

/// Asks; resolves to whether the answer was yes. `danger` for what cannot be undone.
export async function confirm({ title, text, action, danger = false }) {
  const id = 'dialog-title';
  const dialog = h(
    'dialog',
    { 'aria-labelledby': id },
    h(
      'form',
      { method: 'dialog' },
      h('h2', { id }, title),
      h('p', text),
      h(
        'div.buttons',
        h('button', { value: 'no' }, t('dialog.cancel')),
        h('button.primary', { value: 'yes', class: danger ? 'danger' : '' }, action)
      )
    )
  );
  // The question belongs to the view that asks it.
  addEventListener('hashchange', () => dialog.close('no'), { once: true });
  return (await openDialog(dialog)) === 'yes';
}
