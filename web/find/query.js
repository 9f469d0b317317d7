/// What somebody may mean who looks for a debt.

const digits = (text) => text.replace(/\D/g, '');

/// Punctuation of a CPF or CNPJ, and no other letters.
const looksLikeDocument = (text) => /^[\d./\s-]+$/.test(text) && [11, 14].includes(digits(text).length);

/// The ways to look, likeliest first: `{by: 'id' | 'email' | 'government_id', value}`.
export function waysToFind(text) {
  const asked = text.trim();
  if (asked === '') return [];
  const id = { by: 'id', value: asked };
  if (asked.includes('@')) return [{ by: 'email', value: asked }, id];
  if (!looksLikeDocument(asked)) return [id, ...(/^\d{1,20}$/.test(asked) ? [{ by: 'government_id', value: asked }] : [])];
  const documents = [...new Set([digits(asked), asked])].map((value) => ({ by: 'government_id', value }));
  return [id, ...documents];
}
