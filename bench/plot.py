"""Draws rows over time as SVG."""

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 360, 80, 110, 20, 40
SERIES = [("accepted", "#1f77b4"), ("generated", "#ff7f0e"), ("emailed", "#2ca02c")]


def _steps(limit, count=5):
    """Round values up to limit, about `count` of them."""
    size = 1
    while limit / size > count * 10:
        size *= 10
    for factor in (1, 2, 5, 10):
        if limit / (size * factor) <= count + 1:
            return range(0, int(limit) + 1, size * factor)
    return range(0, int(limit) + 1, size * 10)


def write_svg(points):
    """SVG text of a timeline: [{"t", "accepted", "generated", "emailed"}]."""
    points = [{"t": 0.0, **{name: 0 for name, _ in SERIES}}] + points
    t_max = max(p["t"] for p in points) or 1
    n_max = max(p[name] for p in points for name, _ in SERIES) or 1

    def x(t):
        return LEFT + t / t_max * (WIDTH - LEFT - RIGHT)

    def y(n):
        return HEIGHT - BOTTOM - n / n_max * (HEIGHT - TOP - BOTTOM)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for n in _steps(n_max):
        parts.append(f'<path d="M{LEFT} {y(n):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 8}" y="{y(n) + 4:.1f}" text-anchor="end">{n:,}</text>')
    for t in _steps(t_max):
        parts.append(f'<text x="{x(t):.1f}" y="{HEIGHT - BOTTOM + 18}" '
                     f'text-anchor="middle">{t} s</text>')
    for place, (name, color) in enumerate(SERIES):
        line = " ".join(f"{x(p['t']):.1f},{y(p[name]):.1f}" for p in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>'
                     f'<text x="{WIDTH - RIGHT + 10}" y="{TOP + 20 + 18 * place}" '
                     f'fill="{color}">{name}</text>')
    return "\n".join(parts + ["</svg>", ""])
