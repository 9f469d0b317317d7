/// How fast a count grows, over the last moments.

/// A window of `span_ms`. `push(count, at_ms)`; `rate(least_ms)` per second, null before it
/// knows so long a span; `left(total)` in seconds, null where that cannot be said.
export function rate_window(span_ms) {
  const points = [];
  return {
    push(count, at) {
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
