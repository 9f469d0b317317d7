// Every code that the server can give has words in both languages; it is read from the source, so
// that a new one is missed here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync, readdirSync } from 'node:fs';

globalThis.document = { documentElement: {} };
const { said, setLanguage } = await import('../../web/app/i18n.js');
const { en } = await import('../../web/text/en.js');
const { pt } = await import('../../web/text/pt.js');

const root = new URL('../../', import.meta.url);
const read = (name) => readFileSync(new URL(name, root), 'utf8');
const sources = (folder) => readdirSync(new URL(folder, root)).filter((f) => f.endsWith('.cpp')).map((f) => read(`${folder}/${f}`)).join('\n');
const found = (text, pattern) => [...new Set([...text.matchAll(pattern)].map((m) => m[1]))];
const schemas = JSON.parse(read('http/api/openapi/base.json').replaceAll('@VERSION@', '')).components.schemas;
const words = (properties) => properties.enum.filter((word) => word !== null);

/** Fails for each code without words; `least` keeps a search that finds nothing from passing. */
function have(prefix, codes, least) {
  assert.ok(codes.length >= least, `only ${codes.join(', ')} were found`);
  for (const code of codes)
    for (const [language, texts] of Object.entries({ en, pt })) assert.ok(texts[prefix + code], `${language}: ${prefix}${code}`);
}

test('codes of rejected and conflicting rows', () => {
  const codes = [
    ...found(read('domain/validation.cpp'), /constexpr problem \w+\{\s*"(\w+)"/g),
    ...found(read('domain/csv/row_fields.cpp'), /row_error\([^,]+,\s*"(\w+)"/g),
    ...found(read('domain/government_id.cpp'), /field_error\{"\w+", "(\w+)"/g),
    ...found(read('domain/settlement/finish.cpp'), /"(conflict|unreadable)"/g),
    'failed', 'in_doubt', 'put_off',
  ];
  have('code.', codes, 20);
  have('short.', codes, 20);
});

test('types of faults in a request', () => {
  const http = sources('http/api');
  have('code.', [
    ...found(http, /\{\s*"(\w+)",\s*\{"(?:body|query|header|path)"/g),
    ...found(http, /add_query_fault\(\w+,\s*[^,]+,\s*"(\w+)"/g),
    ...found(http, /(?:field_fault\{|answer_key_fault\([^,]+,\s*)"(\w+)",/g),
    ...found(read('http/api/json_fields.cpp'), /return \{"(\w+)",/g),
  ], 15);
});

test('causes and stages of dead letters', () => {
  const settlement = sources('domain/settlement');
  const given = [...settlement.matchAll(/"(\w+)", "(boleto|email|worker|check|decode)"\}/g), ...settlement.matchAll(/"(unreadable)", \w+, "(decode)"/g)];
  have('code.', [...given.map((m) => m[1]), ...found(settlement, /"(service_unavailable)"/g)], 6);
  have('stage.', given.map((m) => m[2]), 4);
});

test('states of uploads and debts, and why an upload was aborted', () => {
  have('upload.', words(schemas.Upload.properties.state), 4);
  have('debt.', words(schemas.Bankslip.properties.status), 5);
  have('aborted.', words(schemas.Upload.properties.failure_code), 10);
});

test('what a process is made of', () => {
  have('away.', [...read('domain/availability.cpp').split('dependency_kinds> names')[1].split('};')[0].matchAll(/"([a-z ]+)"/g)].map((m) => m[1]), 9);
  have('stage.', found(read('telemetry/impl/families.hpp').match(/stage_labels{[^}]*}/)[0], /"(\w+)"/g), 5);
});

test('reasons that the server writes itself are told in Portuguese', async () => {
  const files = ['services', 'services/impl', 'actors'].map(sources).join('\n') + sources('domain/settlement');
  const phrases = [
    ...found(files, /reason(?: =|\s*\+=) "([^"]{8,})"/g).map((p) => (p.endsWith(' for ') ? `${p}3 s: ` : p)),
    ...found(files, /o\.reason = "([^"]+)"/g),
    ...found(files, /look\([^"]*, "([^"]+)"\)/g),
    ...found(files, /is_away\([^;"]*"([^"]+)"\);/g),
    ...found(files, /append\("( \([^"]+)"\)/g),
    ...found(files, /\{"(the stored row[^"]+)"/g),
  ];
  assert.ok(phrases.length >= 15, phrases.join('\n'));
  for (const phrase of phrases) {
    await setLanguage('pt-BR');
    assert.notEqual(said(phrase), phrase, phrase);
    await setLanguage('en');
    assert.equal(said(phrase), phrase);
  }
  await setLanguage('pt-BR');
  assert.equal(said('given up after 20 delays: e-mail service: answered 422: mailbox is full'), 'desistiu depois de 20 adiamentos: serviço de e-mail: respondeu 422: mailbox is full');
});
