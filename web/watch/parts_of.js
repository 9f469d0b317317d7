/// The parts of an upload: each row of it is in one of them, and they add up to all rows.

/// In the bar's order: what has come to its end grows from the left.
export const part_names = ['emailed', 'known', 'conflict', 'in_doubt', 'failed', 'slip', 'waiting', 'rejected'];

/// Rows in each part. `slip` has its boleto and waits for its e-mail, `waiting` has neither;
/// `known` repeats a debt that stands, `conflict` contradicts one.
export function partsOf(upload) {
  const {
    accepted = 0,
    rejected = 0,
    generated = 0,
    emailed = 0,
    duplicates = 0,
    conflicts = 0,
    failed = 0,
    in_doubt = 0
  } = upload;
  const open = Math.max(0, accepted - emailed - duplicates - conflicts - failed - in_doubt);
  const slip = Math.min(open, Math.max(0, generated - emailed - failed - in_doubt));
  return { emailed, slip, waiting: open - slip, known: duplicates, conflict: conflicts, in_doubt, failed, rejected };
}

/// Accepted rows that have reached their end; those of cancelled e-mails are at theirs.
export const endedOf = (u) =>
  (u.emailed ?? 0) + (u.duplicates ?? 0) + (u.conflicts ?? 0) + (u.failed ?? 0) + (u.in_doubt ?? 0) + (u.mail === 'cancelled' ? u.held : 0);
