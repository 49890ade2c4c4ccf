#!/usr/bin/env python3
"""What the platform costs on AWS, from list prices: prints the tables of docs/cost.md.

    python3 docs/cost/model.py

Money is in US dollars, of ap-southeast-1, late 2026, without free tiers, discounts and taxes.
"""
from dataclasses import dataclass
from math import ceil

MILLION = 1_000_000
GB = 1e9
HOURS_A_MONTH = 730
SECONDS_A_MONTH = HOURS_A_MONTH * 3600

RATES = (10, 100, 1_000, 10_000)  # events a second
POSTS = (1, 10, 20, 50)  # events a POST
FORMS = ("one object an event", "one object a POST")

# AWS's own clickstream solution with ingestion, per million events (us-east-1, hourly), by events a second.
AWS_SOLUTION = {100: 1.51, 1_000: 0.36, 10_000: 0.17}


@dataclass(frozen=True)
class Prices:
    """List prices."""

    http_api: float = 1.25 / MILLION  # a request of up to 512 KB
    lambda_request: float = 0.20 / MILLION
    lambda_gb_second: float = 0.0000133334  # arm64
    s3_put: float = 5.00 / MILLION  # LIST costs the same
    s3_get: float = 0.40 / MILLION
    s3_gb_month: float = 0.025
    logs_gb: float = 0.70
    emr_vcpu_hour: float = 0.052585  # EMR Serverless, arm64
    emr_gb_hour: float = 0.005746
    endpoint_hour: float = 0.013  # interface endpoint, one zone
    m6i_large_hour: float = 0.12  # larger ones of the family in proportion
    gp3_gb_month: float = 0.096
    snapshot_gb_month: float = 0.05
    secret_month: float = 0.40
    alarm_month: float = 0.10
    metric_month: float = 0.30
    zone_month: float = 0.50


@dataclass(frozen=True)
class Workload:
    """What is assumed of events and of the job. Where it was measured, docs/cost.md says so."""

    raw_bytes: int = 900  # an event as stored, with _ingest
    warehouse_bytes: int = 1_200  # its row, its share of a session and of the indexes
    log_bytes: int = 1_400  # a POST: the access log's line, the function's, and Lambda's START, END and REPORT
    lambda_gb: float = 1.0
    lambda_work_s: float = 0.002  # a POST: the function's own work
    put_s: float = 0.025  # S3's answer to a small PUT
    puts_at_once: int = 16  # io.clickstream.ingest.ParallelPuts
    keys_a_list: int = 1_000
    runs_an_hour: int = 2
    look_back_hours: int = 72  # the job's default --look-back 3d: each run lists these hours
    start_s: float = 90  # a run before its first event and after its last
    driver_vcpu: int = 2
    driver_gb: int = 8
    executor_vcpu: int = 2
    executor_gb: int = 8
    events_a_vcpu_s: float = 1_500  # read, parse, load and sessionize
    objects_a_vcpu_s: float = 1_000  # GETs, on top
    raw_days: int = 400
    warehouse_days: int = 400


def objects(events, per_post, form):
    """Raw objects of so many events."""
    return events if form == FORMS[0] else events / per_post


def ingest(per_post, form, prices, work):
    """API, Lambda and storing, for a million events."""
    posts = MILLION / per_post
    puts = objects(MILLION, per_post, form)
    puts_in_turn = ceil(puts / posts / work.puts_at_once)
    seconds = posts * (work.lambda_work_s + puts_in_turn * work.put_s)
    return {
        "HTTP API": posts * prices.http_api,
        "Lambda": posts * prices.lambda_request + seconds * work.lambda_gb * prices.lambda_gb_second,
        "S3 PUT": puts * prices.s3_put,
        "logs": posts * work.log_bytes / GB * prices.logs_gb,
    }


def reading(per_post, form, prices, work):
    """GETs and listings, for a million events: each key is listed by each run as long as its hour is looked back to."""
    keys = objects(MILLION, per_post, form)
    listings = keys / work.keys_a_list * work.runs_an_hour * work.look_back_hours
    return {"S3 GET": keys * prices.s3_get, "S3 LIST": listings * prices.s3_put}


def job(rate, per_post, form, prices, work):
    """EMR Serverless, for a million events at a rate: each run starts anew, then its work is spread over executors."""
    events_a_run = rate * 3600 / work.runs_an_hour
    cpu_s = events_a_run / work.events_a_vcpu_s + objects(events_a_run, per_post, form) / work.objects_a_vcpu_s
    executors = max(1, round(cpu_s / (600 * work.executor_vcpu)))  # aims at ten minutes
    wall_s = work.start_s + cpu_s / (executors * work.executor_vcpu)
    vcpu = work.driver_vcpu + executors * work.executor_vcpu
    gigabytes = work.driver_gb + executors * work.executor_gb
    run = wall_s / 3600 * (vcpu * prices.emr_vcpu_hour + gigabytes * prices.emr_gb_hour)
    return {"EMR Serverless": run / events_a_run * MILLION}


def per_million(rate, per_post, form, prices=Prices(), work=Workload()):
    """Parts of the cost of a million events."""
    return {
        **ingest(per_post, form, prices, work),
        **reading(per_post, form, prices, work),
        **job(rate, per_post, form, prices, work),
    }


def fixed(prices=Prices()):
    """What is there each month whatever comes, by part: the warehouse's host is in hosting()."""
    return {
        "4 interface endpoints": 4 * prices.endpoint_hour * HOURS_A_MONTH,
        "3 secrets": 3 * prices.secret_month,
        "9 alarms, 20 metrics": 9 * prices.alarm_month + 20 * prices.metric_month,
        "private DNS zone": prices.zone_month,
    }


def hosting(rate, prices=Prices(), work=Workload()):
    """The warehouse a month: (times an m6i.large, host, volume and snapshots). Beyond one host: None."""
    sizes = {10: 1, 100: 4, 1_000: 16}
    if rate not in sizes:
        return None
    stored = rate * 86_400 * work.warehouse_days * work.warehouse_bytes / GB
    host = sizes[rate] * prices.m6i_large_hour * HOURS_A_MONTH
    return sizes[rate], host, stored * (prices.gp3_gb_month + prices.snapshot_gb_month)


def raw_storage(rate, prices=Prices(), work=Workload()):
    """Raw events a month, once they have been kept for as long as they are."""
    return rate * 86_400 * work.raw_days * work.raw_bytes / GB * prices.s3_gb_month


def table(headings, rows):
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def money(value):
    return f"${value:,.2f}"


def totals():
    """Cost of a million events: a row for each form and POST size, a column for each rate."""
    rows = []
    for form in FORMS:
        for per_post in POSTS:
            if form == FORMS[1] and per_post == 1:
                continue  # the same as one object an event
            rows.append(
                [form, str(per_post)] + [money(sum(per_million(rate, per_post, form).values())) for rate in RATES]
            )
    rows.append(
        ["*AWS's solution*", ""] + [money(AWS_SOLUTION[rate]) if rate in AWS_SOLUTION else "–" for rate in RATES]
    )
    return table(["form", "events a POST"] + [f"{rate:,} events/s" for rate in RATES], rows)


def parts(rate):
    """Where the money goes, at one rate."""
    ways = [(FORMS[0], 1), (FORMS[0], 20), (FORMS[1], 20), (FORMS[1], 50)]
    columns = [per_million(rate, per_post, form) for form, per_post in ways]
    rows = [[part] + [f"${column[part]:,.3f}" for column in columns] for part in columns[0]]
    return table(["part"] + [f"{form}, {per_post} a POST" for form, per_post in ways], rows)


def look_backs():
    """What listing costs by --look-back."""
    rows = []
    for hours in (72, 24, 6):
        work = Workload(look_back_hours=hours)
        rows.append(
            [f"{hours} h"]
            + [f"${reading(per_post, form, Prices(), work)['S3 LIST']:,.3f}" for form, per_post in ((FORMS[0], 1), (FORMS[1], 20))]
        )
    return table(["`--look-back`", "one object an event", "one object a POST of 20"], rows)


def monthly():
    """Costs a month that don't follow the number of events directly."""
    rows = [[part, money(cost)] for part, cost in fixed().items()]
    rows.append(["**together**", "**" + money(sum(fixed().values())) + "**"])
    return table(["fixed", "a month"], rows)


def warehouses():
    """The warehouse and raw storage by rate."""
    rows = []
    for rate in RATES:
        hosted = hosting(rate)
        rows.append(
            [
                f"{rate:,} events/s",
                f"{rate * SECONDS_A_MONTH / MILLION:,.0f} M",
                money(raw_storage(rate)),
                *(
                    (f"{hosted[0]} × m6i.large: {money(hosted[1])}", money(hosted[2]))
                    if hosted
                    else ("more than one host: ADR 13", "–")
                ),
            ]
        )
    return table(["rate", "events a month", "raw, 400 days", "host", "volume and snapshots, 400 days"], rows)


def main():
    for title, lines in (
        ("A million events", totals()),
        ("Where the money goes, at 100 events/s", parts(100)),
        ("Listing", look_backs()),
        ("Each month", monthly()),
        ("What is kept", warehouses()),
    ):
        print(f"### {title}\n")
        print("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
