"""Results as people read them: a line each, and a table for docs."""

NOT_FAULTS = ("scenario", "passed", "seconds", "error", "rows", "debts", "lost", "sent_twice",
              "emailed", "failed", "in_doubt")


def outcome(result):
    return "skip" if "skipped" in result else "ok" if result["passed"] else "FAIL"


def by_outcome(results):
    """Names of those that held, that were not tried, and that failed."""
    return [[r["scenario"] for r in results if outcome(r) == o] for o in ("ok", "skip", "FAIL")]


def show(result):
    rest = {k: v for k, v in result.items() if k not in ("scenario", "passed", "seconds", "error")}
    print(f"{outcome(result):<4} {result['scenario']:<28} "
          f"{result['seconds']:>6.1f} s  " + " ".join(f"{k}={v}" for k, v in rest.items()),
          flush=True)
    if "error" in result:
        print("     " + result["error"].replace("\n", "\n     "), flush=True)


def table(results):
    """Markdown: rows, what was injected and counted, what became of the rows."""
    lines = ["| scenario | rows | injected and counted | lost | sent twice | failed | in doubt | s | "
             "result |", "|---|---|---|---|---|---|---|---|---|"]
    for r in results:
        counted = ", ".join(f"{k} {v}" for k, v in r.items() if k not in NOT_FAULTS)
        cells = [f"`{r['scenario']}`", r.get("rows", ""), counted, *(
            r.get(k, "") for k in ("lost", "sent_twice", "failed", "in_doubt")),
            round(r["seconds"]),
            {"ok": "holds", "skip": "not run"}.get(outcome(r)) or "**FAILS**: " + r["error"][:100]]
        lines.append("| " + " | ".join(str(c).replace("|", "/").replace("\n", " ")
                                       for c in cells) + " |")
    return "\n".join(lines) + "\n"
