/// How fast a count grows, over the last moments.

// A count is told when it changes, four times a second: without news it stood still.
const beat_ms = 500;
const pause_ms = 3_000;

/// A window of `span_ms`. `push(count, at_ms)`; `rate(least_ms)` per second, null before it
/// knows so long a span; `left(total)` in seconds, null where that cannot be said.
export function rate_window(span_ms) {
  const points = [];
  return {
    push(count, at) {
      const last = points.at(-1);
      // After a pause the rate is that of what comes then.
      if (last && at - last.at > pause_ms) points.splice(0, points.length, { count: last.count, at: at - beat_ms });
      points.push({ count, at });
      while (points.length > 2 && points[1].at <= at - span_ms) points.shift();
    },
    clear() {
      points.length = 0;
    },
    rate(least_ms = 250) {
      const [first, last] = [points[0], points.at(-1)];
      const ms = last ? last.at - first.at : 0;
      return ms >= least_ms ? Math.max(0, ((last.count - first.count) * 1000) / ms) : null;
    },
    left(total) {
      const rate = this.rate();
      return rate ? Math.max(0, total - points.at(-1).count) / rate : null;
    }
  };
}
