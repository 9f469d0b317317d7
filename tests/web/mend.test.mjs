// Rows that did not go through, and what somebody may mean who looks for a debt.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = { documentElement: {} };
const { kept_rows, pick, readProblems } = await import('../../web/mend/problems.js');
const { waysToFind } = await import('../../web/find/query.js');
const { printedLine } = await import('../../web/find/debt.js');

/// Answers calls with `files` by their names, in pieces of `size` bytes.
function serve(files, size) {
  globalThis.fetch = async (path) => {
    const bytes = new TextEncoder().encode(files[path.split('/').at(-1)]);
    return new Response(new ReadableStream({
      start(stream) {
        for (let at = 0; at < bytes.length; at += size) stream.enqueue(bytes.slice(at, at + size));
        stream.close();
      },
    }));
  };
}

const errors = [
  'row,debt_id,field,code,error',
  '1,a-2,debtAmount,amount_format,"at most two digits, please"',
  '2,a-3,,failed,"says ""no"""',
  '3,,,row_too_long,the row is longer than 64 KiB',
  "4,'=x,debtDueDate,date_format,no day",
  '5,a-6,,field_count,the row has 2 fields',
  '6,a-7,name,required,is empty', ''].join('\r\n');
const rejected = [
  'debtId;name;governmentId;email;debtAmount;debtDueDate;error',
  'a-2;"Ana;\nLima";1;a@b.co;12,345;2030-01-31;at most two digits, please',
  '=x;Bia;1;a@b.co;1,00;31/01/2030;no day',
  'a-6;Caio;the row has 2 fields',
  'a-7;;1;a@b.co;1,00;2030-01-31;is empty', ''].join('\r\n');

async function read(upload, size, files = { 'errors.csv': errors, 'rejected.csv': rejected }) {
  serve(files, size);
  let seen = null;
  await readProblems({ upload_id: '1', rejected: 4, state: 'done', ...upload }, (now) => { seen = now; });
  return seen;
}

test('problems stand beside the values that were refused, wherever the pieces are cut', async () => {
  for (let size = 1; size < 120; size += 7) {
    const problems = await read({}, size);
    assert.ok(problems.whole);
    assert.equal(problems.total, 6);
    assert.deepEqual(pick(problems, null, '').map((p) => [p.row, p.code, p.value]), [
      [1, 'amount_format', '12,345'], [2, 'failed', null], [3, 'row_too_long', null],
      [4, 'date_format', '31/01/2030'], [5, 'field_count', null], [6, 'required', '']]);
    assert.equal(pick(problems, 'failed', '')[0].error, 'says "no"');
  }
});

test('while the file comes in values are not asked for', async () => {
  const problems = await read({ state: 'receiving' }, 50, { 'errors.csv': errors });
  assert.equal(pick(problems, 'amount_format', '')[0].value, null);
});

test('of each code the first rows are kept and all are counted', async () => {
  const lines = Array.from({ length: kept_rows + 5 }, (_, i) => `${i},d-${i},,failed,no`);
  const problems = await read({ rejected: 0 }, 1000, { 'errors.csv': `row,debt_id,field,code,error\r\n${lines.join('\r\n')}\r\n7777,late,,conflict,stands\r\n` });
  assert.equal(problems.total, kept_rows + 6);
  assert.equal(problems.codes.get('failed').count, kept_rows + 5);
  assert.equal(pick(problems, null, '').length, kept_rows);
  assert.deepEqual(pick(problems, 'conflict', '').map((p) => p.debt_id), ['late']);
  assert.deepEqual(pick(problems, null, 'LATE').map((p) => p.row), [7777]);
});

test('what is looked for is an id, an address or a document', () => {
  const ways = (text) => waysToFind(text).map((w) => `${w.by} ${w.value}`);
  assert.deepEqual(ways('  '), []);
  assert.deepEqual(ways(' a-1 '), ['id a-1']);
  assert.deepEqual(ways('ana@example.com'), ['email ana@example.com', 'id ana@example.com']);
  assert.deepEqual(ways('111.444.777-35'), ['id 111.444.777-35', 'government_id 11144477735', 'government_id 111.444.777-35']);
  assert.deepEqual(ways('11144477735'), ['id 11144477735', 'government_id 11144477735']);
  assert.deepEqual(ways('1'), ['id 1', 'government_id 1']);
});

test('a line is printed as on the slip', () => {
  assert.equal(printedLine('99991017948812677418612194180670628040000123450'), '99991.01794 88126.774186 12194.180670 6 28040000123450');
  assert.equal(printedLine('123'), '123');
});
