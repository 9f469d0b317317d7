/// Send: choose files, look at them, send them.
import { button, download, fill, h } from '../app/dom.js';
import { get, may } from '../app/api.js';
import { t } from '../app/i18n.js';
import { bars, heading } from '../app/parts.js';
import { curlButton } from '../app/curl.js';
import { isRunning } from '../watch/upload_facts.js';
import { column_names } from '../csv/header.js';
import { sample, template } from '../csv/sample.js';
import { fileCard } from './card.js';
import { addFiles, files, onFiles, sendAll } from './queue.js';

export const title = () => t('nav.send');

export function show(main) {
  const cards = new Map();
  const chooser = h('input', {
    type: 'file',
    multiple: true,
    hidden: true,
    accept: '.csv,.txt,.tsv,text/csv,text/plain',
    on: {
      change() {
        addFiles(chooser.files);
        chooser.value = '';
      }
    }
  });
  const choose = button('primary', t('send.choose'), () => chooser.click());
  const place = h(
    'div.drop',
    { on: { click: (event) => event.target.closest('button') || chooser.click() } },
    bars(),
    h('p.drop-line', t('send.drop')),
    choose,
    chooser,
    h('p.drop-more', t('send.drop.more'))
  );
  const all = h('div.buttons.all');
  const list = h('ol.files');
  const under_way = h('p');

  // The focus does not go with a button that goes.
  function keepFocus(change) {
    const held = main.contains(document.activeElement);
    change();
    if (held && !main.contains(document.activeElement)) choose.focus();
  }

  function draw() {
    place.classList.toggle('slim', files().length > 0);
    for (const [id, card] of cards)
      if (!files().some((f) => f.id === id)) {
        card.end();
        cards.delete(id);
      }
    for (const item of files()) if (!cards.has(item.id)) cards.set(item.id, fileCard(item));
    fill(
      list,
      files().map((item) => cards.get(item.id).element)
    );
    drawAll();
  }

  function drawAll() {
    const ready = files().filter((f) => f.state === 'ready').length;
    fill(all, ready > 1 && button('primary', t('send.all', { n: ready }), sendAll));
  }

  const stop = onFiles((item, what) => {
    if (what === 'list') return keepFocus(draw);
    cards.get(item.id)?.update(what);
    if (what === 'state') keepFocus(drawAll);
  });
  main.append(
    heading(t('send.title'), null, under_way),
    h('p.lead', t('send.lead')),
    h('div.send', h('div', place, all, list), recipe())
  );
  draw();
  tellRunning(under_way);
  return () => {
    stop();
    for (const card of cards.values()) card.end();
  };
}

/// Leads to the uploads that go on, those of before a reload too.
async function tellRunning(place) {
  if (!may('read')) return;
  const uploads = await get('/uploads?limit=20').catch(() => []);
  const n = uploads.filter((u) => isRunning(u) && !files().some((f) => f.report?.upload_id === u.upload_id)).length;
  if (n > 0) fill(place, h('a', { href: '#/uploads' }, t('send.running', { n })));
}

/// What the file must be like.
function recipe() {
  const save = (name, text) => () => download(name, text());
  return h(
    'aside.sheet.recipe',
    { 'aria-labelledby': 'recipe' },
    h('h2', { id: 'recipe' }, t('recipe.title')),
    h(
      'dl',
      column_names.map((name) => [h('dt', h('code', name)), h('dd', t(`recipe.${name}`))])
    ),
    h('p.quiet', t('recipe.more')),
    h('div.tear'),
    h(
      'div.buttons',
      button('', t('recipe.template'), save('bankslip-template.csv', template)),
      button('', t('recipe.sample'), save('bankslip-sample.csv', sample))
    ),
    h('p', curlButton({ path: '/bankslip/batch', form: { file: '@debts.csv' } }))
  );
}
