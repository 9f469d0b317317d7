/// The rates of an upload over time, kept for this tab so that a reload goes on with the line.
const most_points = 600;
const keep_every_ms = 1_000;

export function rate_history(id) {
  const key = `bankslip.rates.${id}`;
  let kept = 0;
  let { times, values } = read(key);
  return {
    get times() {
      return times;
    },
    get values() {
      return values;
    },
    /// `at` in seconds; null is a gap.
    push(at, rate) {
      times.push(at);
      values.push(rate);
      if (times.length > most_points) {
        // Half as dense: the whole line stays.
        times = times.filter((_, i) => i % 2 === 0);
        values = values.filter((_, i) => i % 2 === 0);
      }
      if (Date.now() - kept < keep_every_ms) return;
      kept = Date.now();
      try {
        sessionStorage.setItem(key, JSON.stringify({ times, values }));
      } catch {
        /* then a reload begins anew */
      }
    }
  };
}

function read(key) {
  try {
    const found = JSON.parse(sessionStorage.getItem(key));
    if (Array.isArray(found?.times) && found.times.length === found.values?.length) return found;
  } catch {
    /* nothing kept */
  }
  return { times: [], values: [] };
}
