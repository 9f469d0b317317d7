#!/usr/bin/env python3
"""Whether each alert fires on series made for it, and on good ones none but the watchdog.

promtool evaluates the rules; each alert of alerts.yml must have a case here and an entry in
docs/OPERATIONS.md.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy/prometheus"

POSTS = 'bankslip_http_requests_total{route="/bankslip",method="POST",status="%s"}'
UP = 'up{job="bankslip",instance="app:9464"}'
RSS = 'process_resident_memory_bytes{job="bankslip",instance="app:9464"}'
DISK = 'node_filesystem_%s_bytes{instance="db",mountpoint="/",fstype="ext4"}'


def rows(outcome):
    return 'bankslip_rows_total{outcome="%s"}' % outcome


# A busy hour, a value a minute.
GOOD = {
    UP: "1x60",
    'bankslip_records_lost{partition="0"}': "0x60",
    'bankslip_away{dependency="lane"}': "0x60",
    'bankslip_away{dependency="postgresql"}': "0x60",
    'bankslip_away{dependency="kafka"}': "0x60",
    'bankslip_breaker_open{service="email"}': "0x60",
    'bankslip_consumer_lag{partition="0"}': "200000-3000x60",
    'bankslip_mail_lag{partition="0"}': "200000x60",
    rows("emailed"): "0+3000x60",
    rows("failed"): "0+10x60",
    rows("in_doubt"): "5x60",
    rows("unreadable"): "5x60",
    "bankslip_batch_failures_total": "3x60",
    'bankslip_actor_restarts_total{kind="worker"}': "1x60",
    'bankslip_queue_length{queue="outbox"}': "900x60",
    "bankslip_audit_lost_total": "2x60",
    'bankslip_key_reloads_total{result="failed"}': "1x60",
    POSTS % 201: "0+600x60",
    POSTS % 503: "0+6x60",
    "bankslip_webhook_oldest_seconds": "40x60",
    "bankslip_webhook_stopped": "0x60",
    RSS: "200000000x60",
    DISK % "avail": "30000000000x60",
    DISK % "size": "100000000000x60",
}

# What is different when something is wrong; it fires at the minute named, not at the one before
# the trouble begins.
BAD = {
    "BankslipDown": (12, {UP: "1x10 0x50"}),
    "BankslipAbsent": (12, {UP: None}),
    "BankslipRecordsLost": (11, {'bankslip_records_lost{partition="2"}': "0x10 4x50"}),
    "BankslipLaneStuck": (12, {'bankslip_away{dependency="lane"}': "0x10 1x50"}),
    "BankslipDatabaseAway": (12, {'bankslip_away{dependency="postgresql schema"}': "0x10 1x50"}),
    "BankslipKafkaAway": (12, {'bankslip_away{dependency="kafka topics"}': "0x10 1x50"}),
    "BankslipBreakerOpen": (13, {'bankslip_breaker_open{service="email"}': "0x10 1x50"}),
    "BankslipNotSettling": (25, {'bankslip_consumer_lag{partition="0"}': "500x60",
                                 rows("emailed"): "0+100x10 1000x50", rows("failed"): "7x60"}),
    "BankslipLagGrowing": (50, {'bankslip_consumer_lag{partition="0"}': "90000+4000x60"}),
    "BankslipMailTooSlow": (20, {'bankslip_mail_lag{partition="0"}': "30000000x60"}),
    "BankslipRowsInDoubt": (12, {rows("in_doubt"): "5x10 9x50"}),
    "BankslipRowsFailed": (20, {rows("failed"): "0+40x60"}),
    "BankslipDeadLetters": (12, {rows("unreadable"): "5x10 7x50"}),
    "BankslipBatchesFail": (25, {"bankslip_batch_failures_total": "3x10 3+3x50"}),
    "BankslipActorsRestart": (16, {'bankslip_actor_restarts_total{kind="worker"}': "1x10 1+1x50"}),
    "BankslipOutboxGrows": (27, {'bankslip_queue_length{queue="outbox"}': "900x10 1500x50"}),
    "BankslipHttpErrors": (25, {POSTS % 503: "0x10 0+30x50"}),
    "BankslipWebhooksWait": (17, {"bankslip_webhook_stopped": "0x10 1x50"}),
    "BankslipAuditLost": (12, {"bankslip_audit_lost_total": "2x10 8x50"}),
    "BankslipKeysNotReloaded": (12, {'bankslip_key_reloads_total{result="failed"}': "1x10 2x50"}),
    "BankslipMemoryHigh": (22, {RSS: "200000000x10 2000000000x50"}),
    "BankslipDiskFull": (17, {DISK % "avail": "30000000000x10 5000000000x50"}),
}
WATCHDOG = "BankslipWatchdog"


def case(name, series, expected):
    """One test of promtool: which alerts fire at which minute."""
    lines = [f"  - name: {name}", "    interval: 1m", "    input_series:"]
    for selector, values in series.items():
        lines += [f"      - series: '{selector}'", f"        values: '{values}'"]
    lines.append("    promql_expr_test:")
    for minute, alerts in expected:
        lines += ["      - expr: 'count by (alertname) (ALERTS{alertstate=\"firing\"})'",
                  f"        eval_time: {minute}m", "        exp_samples:"]
        for alert in sorted(alerts):
            lines += [f"          - labels: '{{alertname=\"{alert}\"}}'", "            value: 1"]
    return lines


def main():
    text = (RULES / "alerts.yml").read_text()
    alerts = set(re.findall(r"^ *- alert: (\w+)$", text, re.M)) - {WATCHDOG}
    faults = [f"alerts.yml: {a} has no case in {pathlib.Path(__file__).name}"
              for a in sorted(alerts - set(BAD))]
    faults += [f"no such alert: {a}" for a in sorted(set(BAD) - alerts)]
    headings = {h.strip().lower() for h in
                re.findall(r"^###? (.+)$", (ROOT / "docs/OPERATIONS.md").read_text(), re.M)}
    for anchor in re.findall(r"runbook_url: docs/OPERATIONS.md#(\S+)", text):
        if anchor not in headings:
            faults.append(f"docs/OPERATIONS.md has no heading {anchor}")
    if faults:
        sys.exit("\n".join(faults))

    lines = ["rule_files:"] + [f"  - {RULES / name}" for name in ("recording.yml", "alerts.yml")]
    lines += ["evaluation_interval: 1m", "tests:"]
    lines += case("good", GOOD, [(m, {WATCHDOG}) for m in (9, 35, 59)])
    for alert, (minute, wrong) in BAD.items():
        series = {k: v for k, v in {**GOOD, **wrong}.items() if v is not None}
        expected = [(minute, {WATCHDOG, alert})]
        # Two are slow to tell: nothing is said while the trouble is young.
        if wrong.get(UP, "") is not None and alert not in ("BankslipLagGrowing",
                                                           "BankslipRowsFailed"):
            expected.insert(0, (10, {WATCHDOG}))
        lines += case(alert, series, expected)
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        for call in (["check", "config", RULES / "prometheus.yml"], ["test", "rules", file.name]):
            done = subprocess.run(["promtool", *call], capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stdout + done.stderr)
    print(f"{len(BAD)} alerts fire when they should, and none on a good hour")


if __name__ == "__main__":
    main()
