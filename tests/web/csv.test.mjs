// The page's reading of a file before it is sent. files.json holds it to the server's own
// answers: tests/domain/csv/page_rules_test.cpp reads it too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { tellEncoding } from '../../web/csv/encoding.js';
import { preview } from '../../web/csv/preview.js';
import { cutRows, readRow } from '../../web/csv/rows.js';
import { sample, template } from '../../web/csv/sample.js';

const files = JSON.parse(readFileSync(new URL('../data/files.json', import.meta.url)));
const blob = (file) => new Blob(['hex' in file ? Buffer.from(file.hex, 'hex') : file.file]);

for (const file of files)
  test(`of a file the page says what the server says: ${file.name}`, async () => {
    const seen = await preview(blob(file));
    const { dialect } = seen;
    assert.equal(dialect.fault?.kind, file.fault);
    assert.equal(dialect.fault?.cause ?? undefined, file.cause);
    if (file.fault) return assert.equal(dialect.fault.missing?.length, file.missing);
    assert.equal(dialect.separator, file.separator);
    assert.equal(seen.encoding, file.encoding ?? 'utf-8');
    assert.equal(seen.tell, file.tell ?? null);
    assert.equal(seen.estimate, file.rows.length);
    const codes = file.rows.map(() => null);
    for (const fault of seen.faults) codes[fault.number] = fault.code;
    assert.deepEqual(codes, file.rows);
  });

test('a file that goes on is estimated from its beginning', async () => {
  const seen = await preview(new Blob([sample(5000)]));
  assert.equal(seen.whole, false);
  assert.equal(seen.rows.length, 5);
  assert.ok(Math.abs(seen.estimate - 5000) < 100, `${seen.estimate}`);
});

test('a letter of Windows-1252 far behind the beginning is found', async () => {
  const lines = sample(5000).normalize('NFD').replace(/[^\x00-\x7F]/g, '').split('\n');
  const accents = lines.slice(1000).map((line) => line.replace('a', 'ã'));
  const bytes = Buffer.from([...lines.slice(0, 1000), ...accents].join('\n'), 'latin1');
  assert.equal((await preview(new Blob([bytes]))).tell, 'windows-1252');
});

test('a piece may begin and end inside of a character', () => {
  const bytes = new TextEncoder().encode('ção'.repeat(50));
  for (let cut = 0; cut < 4; ++cut)
    assert.equal(tellEncoding(bytes.subarray(0, bytes.length - cut), [bytes.subarray(cut)]).encoding, 'utf-8');
});

test('a workbook and a PDF are named', async () => {
  assert.equal((await preview(new Blob(['PK\x03\x04…']))).dialect.fault.kind, 'workbook');
  assert.equal((await preview(new Blob(['%PDF-1.7']))).dialect.fault.kind, 'pdf');
});

test('a first line without an end is no header', async () => {
  assert.equal((await preview(new Blob(['x'.repeat(70_000)]))).dialect.fault.kind, 'long');
});

test('the last line of a beginning is left out, it may be half of one', () => {
  const dialect = { separator: ',', amounts: 'point', found: [], positions: {} };
  assert.deepEqual(cutRows('a,b\nc,d\ne', 0, ',', false).rows, ['a,b', 'c,d']);
  assert.deepEqual(readRow('a,b', dialect).faults, [{ column: null, code: 'field_count' }]);
});

test('sample and template are files without a complaint, with new ids each time', async () => {
  const seen = await preview(new Blob([sample()]));
  assert.equal(seen.estimate, 100);
  assert.deepEqual(seen.faults, []);
  assert.notEqual(sample().split('\n')[1].split(',')[5], sample().split('\n')[1].split(',')[5]);
  assert.equal((await preview(new Blob([template()]))).dialect.fault, null);
});
