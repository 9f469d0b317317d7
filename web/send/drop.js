/// The whole window takes dropped files, in every view.
import { h } from '../app/dom.js';
import { t } from '../app/i18n.js';
import { addFiles } from './queue.js';

export function takeDrops() {
  let veil = null;
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  const hide = () => {
    veil?.remove();
    veil = null;
  };
  addEventListener('dragenter', (event) => {
    if (!hasFiles(event) || veil) return;
    veil = h('div.veil', { 'aria-hidden': 'true' }, h('p', t('send.drop.now')));
    document.body.append(veil);
  });
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) hide();
  });
  addEventListener('drop', (event) => {
    hide();
    if (!hasFiles(event)) return;
    event.preventDefault();
    addFiles(event.dataTransfer.files);
    if (!location.hash.startsWith('#/send')) location.hash = '#/send';
  });
}
