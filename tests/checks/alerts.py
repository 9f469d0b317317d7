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
PROCESS = 'job="bankslip",instance="app:9464"'
UP = "up{%s}" % PROCESS
INFO = 'bankslip_build_info{%s,version="1"}' % PROCESS
RSS = "process_resident_memory_bytes{%s}" % PROCESS
START = "process_start_time_seconds{%s}" % PROCESS
WORKERS = 'bankslip_actors{instance="worker:9464",kind="consumer"}'
FRONT = 'bankslip_actors{%s,kind="front"}' % PROCESS
CERTIFICATE = 'probe_ssl_earliest_cert_expiry{instance="edge"}'
CLOSED = 'bankslip_mail_limit{limit="schedule"}'
DISK = 'node_filesystem_%s_bytes{instance="db",mountpoint="/",fstype="ext4"}'


def rows(outcome):
    return 'bankslip_rows_total{outcome="%s"}' % outcome


# A busy hour, a value a minute.
GOOD = {
    UP: "1x60",
    INFO: "1x60",
    START: "1700000000x60",
    WORKERS: "1x60",
    FRONT: "1x60",
    CLOSED: "0x60",
    'bankslip_records_lost{partition="0"}': "0x60",
    'bankslip_away{dependency="lane"}': "0x60",
    'bankslip_away{dependency="postgresql"}': "0x60",
    'bankslip_away{dependency="kafka"}': "0x60",
    'bankslip_away{dependency="replication"}': "0x60",
    'bankslip_away{dependency="mail lane"}': "0x60",
    'bankslip_away{dependency="mail records"}': "0x60",
    'bankslip_away{dependency="mail consumer"}': "0x60",
    'bankslip_breaker_open{service="email"}': "0x60",
    'bankslip_consumer_lag{partition="0"}': "200000-3000x60",
    'bankslip_mail_lag{partition="0"}': "200000x60",
    "bankslip_mail_retention_seconds": "604800x60",
    "bankslip_mail_oldest_seconds": "100000x60",
    rows("emailed"): "0+3000x60",
    rows("generated"): "0x60",
    rows("failed"): "0+10x60",
    rows("in_doubt"): "5x60",
    rows("unreadable"): "5x60",
    "bankslip_batch_failures_total": "3x60",
    'bankslip_commits_unconfirmed_total{reason="late"}': "3x60",
    "bankslip_database_synchronous": "1x60",
    'bankslip_actor_restarts_total{kind="worker"}': "1x60",
    "bankslip_outbox_oldest_seconds": "40x60",
    "bankslip_audit_lost_total": "2x60",
    'bankslip_key_reloads_total{result="failed"}': "1x60",
    POSTS % 201: "0+600x60",
    POSTS % 503: "0+6x60",
    "bankslip_webhook_oldest_seconds": "40x60",
    "bankslip_webhook_stopped": "0x60",
    RSS: "200000000x60",
    CERTIFICATE: "1209600+60x60",
    DISK % "avail": "30000000000x60",
    DISK % "size": "100000000000x60",
}

# The same process under the names that others give.
ELSEWHERE = 'job="kubernetes-pods",instance="10.0.0.7:9464"'


def moved(series):
    return {k.replace(PROCESS, ELSEWHERE): v for k, v in series.items()}


def away(dependency):
    return {'bankslip_away{dependency="%s"}' % dependency: "0x10 1x50"}


# What is different when something is wrong; it fires at the minute named, not at the one before
# the trouble begins.
BAD = {
    "BankslipDown": (12, {UP: "1x10 0x50"}),
    "BankslipDown, by another job's name": (
        12, {UP: None, INFO: None, **moved({UP: "1x10 0x50", INFO: "1x10 stale"})}),
    # One is up at every second look.
    "BankslipProcessRestarts": (19, {UP: "1x10 " + "0 1 " * 25, INFO: "1x10 " + "stale 1 " * 25,
                                     START: "1700000000x10 " + " ".join(
                                         f"stale {1700000660 + 120 * n}" for n in range(25))}),
    "BankslipAbsent": (14, {UP: None, INFO: "1x10 stale", WORKERS: "1x10 stale",
                            FRONT: "1x10 stale", RSS: None}),
    "BankslipNoWorkers": (14, {WORKERS: "1x10 stale"}),
    "BankslipNoWorkers, their consumers": (14, {WORKERS: "1x10 0x50"}),
    "BankslipNoApi": (14, {FRONT: "1x10 stale"}),
    "BankslipRecordsLost": (11, {'bankslip_records_lost{partition="2"}': "0x10 4x50"}),
    "BankslipRecordsLost, one page": (12, {'bankslip_records_lost{partition="2"}': "0x10 4x50",
                                           **away("records")}),
    "BankslipPartitionStopped": (12, away("records")),
    "BankslipPartitionStopped, of the mail stage": (12, away("mail records")),
    "BankslipLaneStuck": (12, away("lane")),
    "BankslipLaneStuck, of the mail stage": (12, away("mail lane")),
    "BankslipDatabaseAway": (12, away("postgresql schema")),
    "BankslipCommitsUnconfirmed": (12, {
        'bankslip_commits_unconfirmed_total{reason="late"}': "3x10 4x50"}),
    "BankslipStandbyMissing": (12, away("replication")),
    "BankslipReplicationAsynchronous": (17, {"bankslip_database_synchronous": "1x10 0x50"}),
    "BankslipKafkaAway": (12, away("kafka topics")),
    "BankslipKafkaAway, of the mail stage": (12, away("mail consumer")),
    "BankslipBreakerOpen": (13, {'bankslip_breaker_open{service="email"}': "0x10 1x50"}),
    "BankslipNotSettling": (25, {'bankslip_consumer_lag{partition="0"}': "500x60",
                                 rows("emailed"): "0+100x10 1000x50", rows("failed"): "7x60"}),
    "BankslipLagGrowing": (50, {'bankslip_consumer_lag{partition="0"}': "90000+4000x60"}),
    "BankslipMailTooSlow": (20, {'bankslip_mail_lag{partition="0"}': "30000000x60"}),
    "BankslipMailNearRetention": (17, {"bankslip_mail_oldest_seconds": "453000x10 454000x50"}),
    "BankslipRowsInDoubt": (12, {rows("in_doubt"): "5x10 9x50"}),
    "BankslipRowsFailed": (20, {rows("failed"): "0+40x60"}),
    "BankslipDeadLetters": (12, {rows("unreadable"): "5x10 7x50"}),
    "BankslipBatchesFail": (25, {"bankslip_batch_failures_total": "3x10 3+3x50"}),
    "BankslipActorsRestart": (16, {'bankslip_actor_restarts_total{kind="worker"}': "1x10 1+1x50"}),
    "BankslipOutboxWaits": (17, {"bankslip_outbox_oldest_seconds": "40x10 700x50"}),
    "BankslipOutboxWaits, for one of many": (
        27, {"bankslip_outbox_oldest_seconds": "40x10 " + "900 40 40 " * 16}),
    "BankslipHttpErrors": (25, {POSTS % 503: "0x10 0+30x50"}),
    "BankslipWebhooksWait": (17, {"bankslip_webhook_stopped": "0x10 1x50"}),
    "BankslipAuditLost": (12, {"bankslip_audit_lost_total": "2x10 8x50"}),
    "BankslipKeysNotReloaded": (12, {'bankslip_key_reloads_total{result="failed"}': "1x10 2x50"}),
    "BankslipMemoryHigh": (22, {RSS: "200000000x10 450000000x50"}),
    # The evaluation begins at 1970.
    "BankslipCertificateEnds": (32, {CERTIFICATE: "1000000x60"}),
    "BankslipDiskFull": (17, {DISK % "avail": "30000000000x10 5000000000x50"}),
}
# Where no alert may fire but the watchdog.
QUIET = {
    "another job's name": {UP: None, INFO: None, RSS: None, FRONT: None,
                           **moved({UP: "1x60", INFO: "1x60", RSS: "200000000x60",
                                    FRONT: "1x60"})},
    "a large process of others": {'process_resident_memory_bytes{job="db",instance="db"}':
                                  "9000000000x60"},
    "another program that starts again and again": {
        'process_start_time_seconds{job="db",instance="db"}': "1700000000+60x60"},
    "three rolling restarts": {START: "1700000000x20 1700001260x4 1700001560x4 1700001860x30"},
    "others' targets that are away": {'up{job="db",instance="db"}': "0x60"},
    "a night without e-mails": {rows("emailed"): "1000x60", rows("failed"): "7x60",
                                rows("generated"): "0+3000x60", CLOSED: "1x60"},
}
WATCHDOG = "BankslipWatchdog"


def changed(wrong):
    """The good hour with other series, and without those that are None."""
    return {k: v for k, v in {**GOOD, **wrong}.items() if v is not None}


def unwatched(rules):
    """Dependencies of domain/availability.cpp that no alert asks for; calls have their breaker's."""
    code = (ROOT / "domain/availability.cpp").read_text()
    names = re.findall(r'"([^"]+)"', re.search(r"names = \{(.*?)\};", code, re.S)[1])
    asked = re.findall(r'bankslip_away\{dependency=~?"([^"]+)"', rules)
    return [n for n in names if n not in ("boleto", "email")
            and not any(re.fullmatch(a, n) for a in asked)]


def case(name, series, expected, dependency=None):
    """One test of promtool: which alerts fire at which minute, and of which dependency."""
    lines = [f'  - name: "{name}"', "    interval: 1m", "    input_series:"]
    for selector, values in series.items():
        lines += [f"      - series: '{selector}'", f"        values: '{values}'"]
    lines.append("    promql_expr_test:")
    for minute, alerts in expected:
        lines += ["      - expr: 'count by (alertname) (ALERTS{alertstate=\"firing\"})'",
                  f"        eval_time: {minute}m", "        exp_samples:"]
        for alert in sorted(alerts):
            lines += [f"          - labels: '{{alertname=\"{alert}\"}}'", "            value: 1"]
    if dependency:
        lines += ["      - expr: 'count by (dependency) "
                  "(ALERTS{alertstate=\"firing\",dependency!=\"\"})'",
                  f"        eval_time: {expected[-1][0]}m", "        exp_samples:",
                  f"          - labels: '{{dependency=\"{dependency}\"}}'", "            value: 1"]
    return lines


def main():
    text = (RULES / "alerts.yml").read_text()
    alerts = set(re.findall(r"^ *- alert: (\w+)$", text, re.M)) - {WATCHDOG}
    tested = {name.split(",")[0] for name in BAD}
    faults = [f"alerts.yml: {a} has no case in {pathlib.Path(__file__).name}"
              for a in sorted(alerts - tested)]
    faults += [f"no such alert: {a}" for a in sorted(tested - alerts)]
    faults += [f"alerts.yml: nothing tells that `{n}` is away" for n in unwatched(text)]
    headings = {h.strip().lower() for h in
                re.findall(r"^###? (.+)$", (ROOT / "docs/OPERATIONS.md").read_text(), re.M)}
    if text.count("runbook_url: docs/OPERATIONS.md#") != len(alerts) + 1:
        faults.append("alerts.yml: not every alert has its runbook_url")
    for anchor in re.findall(r"runbook_url: docs/OPERATIONS.md#(\S+)", text):
        if anchor not in headings:
            faults.append(f"docs/OPERATIONS.md has no heading {anchor}")
    if faults:
        sys.exit("\n".join(faults))

    lines = ["rule_files:"] + [f"  - {RULES / name}" for name in ("recording.yml", "alerts.yml")]
    lines += ["evaluation_interval: 1m", "tests:"]
    lines += case("good", GOOD, [(m, {WATCHDOG}) for m in (9, 35, 59)])
    for name, wrong in QUIET.items():
        lines += case(name, changed(wrong), [(m, {WATCHDOG}) for m in (9, 35, 59)])
    for name, (minute, wrong) in BAD.items():
        series, alert = changed(wrong), name.split(",")[0]
        expected = [(minute, {WATCHDOG, alert})]
        # Two are slow to tell: nothing is said while the trouble is young.
        if alert not in ("BankslipLagGrowing",
                                                           "BankslipRowsFailed"):
            expected.insert(0, (10, {WATCHDOG}))
        lines += case(name, series, expected)
    lost, stopped = "BankslipRecordsLost", "BankslipPartitionStopped"
    lines += case("one partition has lost records, another one cannot be read", changed({
        'bankslip_records_lost{partition="2"}': "0x10 4x50",
        'bankslip_away{dependency="records"}': "0x10 2x50",
    }), [(12, {WATCHDOG, lost, stopped})], dependency="records")
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        for call in (["check", "config", RULES / "prometheus.yml"], ["test", "rules", file.name]):
            done = subprocess.run(["promtool", *call], capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stdout + done.stderr)
    print(f"{len(tested)} alerts fire when they should, and none on {1 + len(QUIET)} good hours")


if __name__ == "__main__":
    main()
