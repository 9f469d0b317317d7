#!/usr/bin/env python3
"""Makes dashboards/bankslip.json; `--check` only says whether it is up to date.

A panel is a line of PANELS: title, unit, what it shows, its queries with their legends.
"""
import json
import pathlib
import sys

OUT = pathlib.Path(__file__).with_name("dashboards") / "bankslip.json"
SOURCE = {"type": "prometheus", "uid": "${source}"}
# Of the processes that are chosen above.
OF = 'instance=~"$instance"'


def rate(metric, by, more=""):
    return f"sum by ({by}) (rate({metric}{{{OF}{more}}}[$__rate_interval]))"


def quantile(q, stage):
    return (f"histogram_quantile({q}, sum by (stage, le) "
            f"(rate(bankslip_stage_seconds_bucket{{{OF},stage=~\"{stage}\"}}[$__rate_interval])))")


PANELS = {
    "At a glance": [
        ("Rows", "rows/s", "Rows by what became of them. Accepted: published to Kafka. Duplicates and "
         "conflicts were sent before.",
         [(rate("bankslip_rows_total", "outcome"), "{{outcome}}")]),
        ("Waiting", "short", "Records of each partition that are not settled. It falls while work "
         "goes on, and is 0 when everything is settled.",
         [(f"max by (partition) (bankslip_consumer_lag{{{OF}}})", "partition {{partition}}")]),
        ("Away", "short", "Dependencies that are away, by kind: why /readyz is 503.",
         [(f"max by (dependency) (bankslip_away{{{OF}}})", "{{dependency}}")]),
        ("Rows that need a person", "short", "Rows of the last hour that failed, that are in doubt, "
         "and messages that could not be read.",
         [(f"sum by (outcome) (increase(bankslip_rows_total{{{OF},"
           "outcome=~\"failed|in_doubt|unreadable\"}[1h]))", "{{outcome}}")]),
    ],
    "Receiving": [
        ("Uploads", "Bps", "Bytes of files as they come in.",
         [(f"sum(rate(bankslip_upload_bytes_total{{{OF}}}[$__rate_interval]))", "received")]),
        ("Requests", "reqps", "Answered requests by route.",
         [(rate("bankslip_http_requests_total", "route"), "{{route}}")]),
        ("Refused and failed requests", "reqps", "Answers of 4xx and 5xx by status.",
         [(rate("bankslip_http_requests_total", "status", ',status=~"4..|5.."'), "{{status}}")]),
        ("Refused callers", "reqps", "Requests without a key, with one that may not do that, and above a "
         "limit.", [(rate("bankslip_access_refusals_total", "reason"), "{{reason}}")]),
        ("Open streams", "short", "Event streams that are followed, and those dropped in an hour because "
         "their readers were too slow.",
         [(f"sum(bankslip_event_streams{{{OF}}})", "open"),
          (f"sum(increase(bankslip_event_streams_dropped_total{{{OF}}}[1h]))", "dropped")]),
        ("Lost records", "short", "Offsets that were gone before their records were settled.",
         [(f"max by (partition) (bankslip_records_lost{{{OF}}})", "partition {{partition}}")]),
    ],
    "Settling": [
        ("Time of a batch, median", "s", "Time of one batch in each stage; half of them take longer.",
         [(quantile(0.5, ".*"), "{{stage}}")]),
        ("Time of a batch, 95th percentile", "s", "One batch of twenty takes longer in this stage.",
         [(quantile(0.95, ".*"), "{{stage}}")]),
        ("Size of a batch", "rows", "Mean number of rows of parsed chunks and of settled waves.",
         [(f"{rate('bankslip_batch_rows_sum', 'kind')} / {rate('bankslip_batch_rows_count', 'kind')}",
           "{{kind}}")]),
        ("Failed batches", "ops", "Batches that could not be settled and are tried again.",
         [(f"sum(rate(bankslip_batch_failures_total{{{OF}}}[$__rate_interval]))", "failures")]),
    ],
    "Backpressure": [
        ("Free places", "short", "Credit of each bounded link. A link that is at 0 for long is the "
         "brake. Lanes of the mail stage have no bound but one batch each.",
         [(f"sum by (link) (bankslip_credit{{{OF},link!=\"mail_lanes\"}})", "{{link}}")]),
        ("Used places", "short", "What is under way on the same links.",
         [(f"sum by (link) (bankslip_in_flight{{{OF}}})", "{{link}}")]),
        ("Queues", "short", "Rows of lanes, batches, requests and outbox entries that wait.",
         [(f"sum by (queue) (bankslip_queue_length{{{OF}}})", "{{queue}}")]),
    ],
    "Services": [
        ("Calls", "reqps", "Calls to the boleto and e-mail services by how they ended.",
         [(rate("bankslip_service_calls_total", "service, outcome"), "{{service}} {{outcome}}")]),
        ("E-mails that wait", "short", "Records of each partition that the mail stage has not "
         "settled: with EMAIL_DELIVERY=paced, e-mails that are to go out.",
         [(f"max by (partition) (bankslip_mail_lag{{{OF}}})", "partition {{partition}}")]),
        ("Pace of e-mails", "short", "E-mails a second that the mail stage sends, and those that it may "
         "send; 0: nobody says.",
         [(f"sum(bankslip_mail_rate{{{OF}}})", "sent"),
          (f"sum(bankslip_mail_allowed_rate{{{OF}}})", "allowed")]),
        ("Age of e-mails that wait", "s", "How long the oldest e-mail has waited, and the time until all are "
         "out at the pace of now; the topic keeps records no longer than its retention.",
         [(f"max(bankslip_mail_oldest_seconds{{{OF}}})", "oldest"),
          (f"max(bankslip_mail_eta_seconds{{{OF}}})", "all out in"),
          (f"max(bankslip_mail_retention_seconds{{{OF}}} > 0)", "retention")]),
        ("What holds e-mails down", "short", "Processes by what limits their mail stage: the setting, the "
         "rate that the provider takes, its Retry-After, the schedule.",
         [(f"sum by (limit) (bankslip_mail_limit{{{OF}}})", "{{limit}}")]),
        ("Breakers", "short", "1 while the circuit breaker of a service is open.",
         [(f"max by (service) (bankslip_breaker_open{{{OF}}})", "{{service}}")]),
        ("Webhooks", "reqps", "Calls to the webhooks' endpoint by how they ended.",
         [(rate("bankslip_webhook_calls_total", "outcome"), "{{outcome}}")]),
        ("Webhooks that wait", "short", "Events to be told, over all processes, at most 10,000.",
         [(f"max(bankslip_webhooks_pending{{{OF}}})", "pending")]),
        ("Oldest webhook", "s", "Age of the oldest event that waits; a stopped endpoint has said 410.",
         [(f"max(bankslip_webhook_oldest_seconds{{{OF}}})", "age"),
          (f"max(bankslip_webhook_stopped{{{OF}}})", "stopped")]),
    ],
    "Processes": [
        ("CPU", "short", "Cores in use.",
         [(rate("process_cpu_seconds_total", "instance"), "{{instance}}")]),
        ("Memory", "bytes", "Resident memory.",
         [(f"process_resident_memory_bytes{{{OF}}}", "{{instance}}")]),
        ("Threads and open files", "short", "Both are bounded by the settings.",
         [(f"process_threads{{{OF}}}", "{{instance}} threads"),
          (f"process_open_fds{{{OF}}}", "{{instance}} files")]),
        ("Age", "s", "Time since the start of the process.",
         [(f"time() - process_start_time_seconds{{{OF}}}", "{{instance}}")]),
        ("Versions", "short", "Processes of each version: two only while one is rolled out.",
         [(f"count by (version) (bankslip_build_info{{{OF}}})", "{{version}}")]),
        ("Actors", "short", "Living actors by kind.",
         [(f"sum by (kind) (bankslip_actors{{{OF}}})", "{{kind}}")]),
        ("Restarts of actors", "short", "Actors that died and were started anew, in an hour.",
         [(f"sum by (kind) (increase(bankslip_actor_restarts_total{{{OF}}}[1h]))", "{{kind}}")]),
    ],
}


def panel(number, title, unit, says, queries, x, y, width):
    return {
        "id": number, "type": "timeseries", "title": title, "description": says,
        "datasource": SOURCE, "gridPos": {"h": 8, "w": width, "x": x, "y": y},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0,
                                     "custom": {"lineWidth": 1, "fillOpacity": 8}},
                        "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"},
                    "tooltip": {"mode": "multi", "sort": "desc"}},
        "targets": [{"refId": chr(ord("A") + i), "datasource": SOURCE, "expr": expr,
                     "legendFormat": legend} for i, (expr, legend) in enumerate(queries)],
    }


def dashboard():
    panels, y, number = [], 0, 0
    for row, inside in PANELS.items():
        number += 1
        panels.append({"id": number, "type": "row", "title": row, "collapsed": False, "panels": [],
                       "gridPos": {"h": 1, "w": 24, "x": 0, "y": y}})
        y += 1
        columns = min(len(inside), 4) if len(inside) != 6 else 3
        for i, (title, unit, says, queries) in enumerate(inside):
            number += 1
            panels.append(panel(number, title, unit, says, queries, i % columns * (24 // columns),
                                y + i // columns * 8, 24 // columns))
        y += 8 * -(-len(inside) // columns)
    variables = [
        {"name": "source", "label": "Data source", "type": "datasource", "query": "prometheus"},
        {"name": "instance", "label": "Process", "type": "query", "datasource": SOURCE,
         "query": {"query": "label_values(bankslip_actors, instance)", "refId": "instance"},
         "refresh": 2, "multi": True, "includeAll": True, "allValue": ".*",
         "current": {"text": "All", "value": "$__all"}},
    ]
    return {"uid": "bankslip", "title": "Bankslip", "tags": ["bankslip"], "editable": False,
            "schemaVersion": 39, "version": 1, "refresh": "5s", "timezone": "browser",
            "time": {"from": "now-15m", "to": "now"}, "templating": {"list": variables},
            "panels": panels}


def main():
    text = json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n"
    if sys.argv[1:] == ["--check"]:
        if OUT.read_text() != text:
            sys.exit(f"{OUT.name} is not what dashboard.py makes: run it")
    else:
        OUT.write_text(text)


if __name__ == "__main__":
    main()
