/// An upload in words.
import { t } from '../app/i18n.js';
import { duration } from '../app/format.js';
import { isRunning, spanOf, whyAborted } from './upload_facts.js';

/// Rows that a person has to look at.
export const troubles = (u) => u.rejected + u.failed + u.in_doubt + u.conflicts;

/// How an upload stands, in a sentence or two.
export function summary(u) {
  const id = u.upload_id;
  if (isRunning(u)) return t(`upload.summary.${u.state}`);
  if (u.state === 'aborted') {
    const why = whyAborted(u);
    const what = u.rows > 0 ? 'aborted' : 'refused';
    return `${t(`upload.summary.${what}`, { id })} ${t('upload.summary.why', { why })} ${t(`upload.summary.${what}.next`, { n: u.accepted })}`;
  }
  if (u.rows === 0) return t('upload.summary.empty', { id });
  if (u.duplicates === u.rows) return t('upload.summary.again', { id, n: u.duplicates });
  const whole = t(u.emailed > 0 ? 'upload.summary.done' : 'upload.summary.nothing_new', {
    id,
    n: u.emailed,
    span: duration(spanOf(u))
  });
  const known = u.duplicates > 0 ? ` ${t('upload.summary.known', { n: u.duplicates })}` : '';
  const stopped = u.mail === 'cancelled' && u.held > 0 ? ` ${t('upload.summary.stopped', { n: u.held })}` : '';
  return `${whole}${known}${stopped}${troubles(u) > 0 ? ` ${t('upload.summary.troubles', { n: troubles(u) })}` : ''}`;
}
