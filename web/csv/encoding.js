/// Tells how the bytes of a file are to be read, by rules of the server
/// (domain/text/encoding): a byte order mark says it, else it is UTF-8. What cannot be UTF-8
/// is taken for Windows-1252, which the server must be told.

const marks = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' }
];
const others = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: 'workbook' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], kind: 'workbook' },
  { bytes: [0x25, 0x50, 0x44, 0x46], kind: 'pdf' }
];

const begins = (bytes, sign) => sign.every((b, i) => bytes[i] === b);

/// `bytes`: the beginning of the file; `samples`: pieces from further on, cut anywhere.
/// Returns `{encoding, marked, tell, kind}`: `tell` is the value for `?encoding=` or null,
/// `kind` names a file that is no text at all.
export function tellEncoding(bytes, samples = []) {
  const other = others.find((o) => begins(bytes, o.bytes));
  const mark = marks.find((m) => begins(bytes, m.bytes));
  if (mark || other) return { encoding: mark?.encoding ?? 'utf-8', marked: Boolean(mark), tell: null, kind: other?.kind ?? null };
  const wide = zeros(bytes);
  if (wide) return { encoding: wide, marked: false, tell: wide, kind: null };
  if ([bytes, ...samples].every(isUtf8)) return { encoding: 'utf-8', marked: false, tell: null, kind: null };
  return { encoding: 'windows-1252', marked: false, tell: 'windows-1252', kind: null };
}

// ASCII in UTF-16 has a zero in each second byte.
function zeros(bytes) {
  const seen = [0, 0];
  const end = Math.min(bytes.length & ~1, 512);
  for (let i = 0; i < end; ++i) if (bytes[i] === 0) ++seen[i & 1];
  if (seen[1] > end / 4 && seen[0] < end / 16) return 'utf-16le';
  if (seen[0] > end / 4 && seen[1] < end / 16) return 'utf-16be';
  return null;
}

// A piece may begin and end inside of a character.
function isUtf8(bytes) {
  let begin = 0;
  while (begin < 3 && (bytes[begin] & 0xc0) === 0x80) ++begin;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(begin), { stream: true });
    return true;
  } catch {
    return false;
  }
}

/// The text of `bytes`, without its byte order mark; half a character at the end is left out.
export const readText = (bytes, encoding) => new TextDecoder(encoding).decode(bytes, { stream: true });
