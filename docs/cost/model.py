#!/usr/bin/env python3
"""Computes the cost of the platform on AWS from list prices and prints the tables of docs/cost.md.

    python3 docs/cost/model.py

Amounts are US dollars in ap-southeast-1, late 2026, without free tiers, discounts and taxes.
"""

from dataclasses import dataclass
from math import ceil

MILLION = 1_000_000
GB = 1e9
HOURS_PER_MONTH = 730
SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600

RATES = (10, 100, 1_000, 10_000)  # events per second
EVENTS_PER_POST = (1, 10, 20, 50)
FORMS = ("one object per event", "one object per POST")

# AWS's own clickstream solution with ingestion: dollars per million events (us-east-1, hourly), by
# events per second.
AWS_SOLUTION = {100: 1.51, 1_000: 0.36, 10_000: 0.17}


@dataclass(frozen=True)
class Prices:
    """List prices."""

    http_api: float = 1.25 / MILLION  # per request of up to 512 KB
    lambda_request: float = 0.20 / MILLION
    lambda_gb_second: float = 0.0000133334  # arm64
    s3_put: float = 5.00 / MILLION  # LIST costs the same
    s3_get: float = 0.40 / MILLION
    s3_gb_month: float = 0.025
    logs_gb: float = 0.70
    emr_vcpu_hour: float = 0.052585  # EMR Serverless, arm64
    emr_gb_hour: float = 0.005746
    endpoint_hour: float = 0.013  # interface endpoint, one zone
    m6i_large_hour: float = 0.12  # larger sizes in proportion
    gp3_gb_month: float = 0.096
    snapshot_gb_month: float = 0.05
    secret_month: float = 0.40
    alarm_month: float = 0.10
    metric_month: float = 0.30
    zone_month: float = 0.50


@dataclass(frozen=True)
class Workload:
    """Assumptions about events and the job. docs/cost.md says which were measured."""

    raw_bytes: int = 900  # a stored event with _ingest
    warehouse_bytes: int = 1_200  # an event's row with its share of sessions and indexes
    log_bytes: int = 1_400  # per POST: access log, the function's line, START, END and REPORT
    lambda_gb: float = 1.0
    lambda_work_s: float = 0.002  # per POST, without waiting for S3
    put_s: float = 0.025  # until S3 answers a small PUT
    puts_at_once: int = 16  # concurrency of the ingest function
    keys_per_list: int = 1_000
    runs_per_hour: int = 2
    look_back_hours: int = 72  # the default --look-back 3d: each run lists these hours
    start_s: float = 90  # start and end of a run, without any event
    driver_vcpu: int = 2
    driver_gb: int = 8
    executor_vcpu: int = 2
    executor_gb: int = 8
    events_per_vcpu_s: float = 1_500  # read, parse, load and sessionize
    objects_per_vcpu_s: float = 1_000  # GETs, in addition
    raw_days: int = 400
    warehouse_days: int = 400


def objects(events, per_post, form):
    """Returns the number of raw objects that hold these events."""
    return events if form == FORMS[0] else events / per_post


def ingest(per_post, form, prices, work):
    """Returns the cost of API, Lambda and PUTs per million events."""
    posts = MILLION / per_post
    puts = objects(MILLION, per_post, form)
    puts_in_sequence = ceil(puts / posts / work.puts_at_once)
    seconds = posts * (work.lambda_work_s + puts_in_sequence * work.put_s)
    return {
        "HTTP API": posts * prices.http_api,
        "Lambda": posts * prices.lambda_request
        + seconds * work.lambda_gb * prices.lambda_gb_second,
        "S3 PUT": puts * prices.s3_put,
        "logs": posts * work.log_bytes / GB * prices.logs_gb,
    }


def reading(per_post, form, prices, work):
    """Returns the cost of GETs and listings per million events.

    Each run lists every key of the look-back.
    """
    keys = objects(MILLION, per_post, form)
    listings = keys / work.keys_per_list * work.runs_per_hour * work.look_back_hours
    return {"S3 GET": keys * prices.s3_get, "S3 LIST": listings * prices.s3_put}


def job(rate, per_post, form, prices, work):
    """Returns the cost of EMR Serverless per million events.

    Each run starts its workers anew and then spreads its work over the executors.
    """
    events_per_run = rate * 3600 / work.runs_per_hour
    cpu_s = (
        events_per_run / work.events_per_vcpu_s
        + objects(events_per_run, per_post, form) / work.objects_per_vcpu_s
    )
    executors = max(1, round(cpu_s / (600 * work.executor_vcpu)))  # ten minutes of work
    wall_s = work.start_s + cpu_s / (executors * work.executor_vcpu)
    vcpu = work.driver_vcpu + executors * work.executor_vcpu
    gigabytes = work.driver_gb + executors * work.executor_gb
    run = wall_s / 3600 * (vcpu * prices.emr_vcpu_hour + gigabytes * prices.emr_gb_hour)
    return {"EMR Serverless": run / events_per_run * MILLION}


def per_million(rate, per_post, form, prices=Prices(), work=Workload()):
    """Returns the cost per million events by part."""
    return {
        **ingest(per_post, form, prices, work),
        **reading(per_post, form, prices, work),
        **job(rate, per_post, form, prices, work),
    }


def fixed(prices=Prices()):
    """Returns the fixed cost per month by part, without the host of the warehouse."""
    return {
        "4 interface endpoints": 4 * prices.endpoint_hour * HOURS_PER_MONTH,
        "3 secrets": 3 * prices.secret_month,
        "9 alarms, 20 metrics": 9 * prices.alarm_month + 20 * prices.metric_month,
        "private DNS zone": prices.zone_month,
    }


def hosting(rate, prices=Prices(), work=Workload()):
    """Returns the monthly warehouse cost: (multiples of m6i.large, host, volume and snapshots).

    Returns None where one host is not enough.
    """
    sizes = {10: 1, 100: 4, 1_000: 16}
    if rate not in sizes:
        return None
    stored = rate * 86_400 * work.warehouse_days * work.warehouse_bytes / GB
    host = sizes[rate] * prices.m6i_large_hour * HOURS_PER_MONTH
    return sizes[rate], host, stored * (prices.gp3_gb_month + prices.snapshot_gb_month)


def raw_storage(rate, prices=Prices(), work=Workload()):
    """Returns the monthly cost of raw objects at the end of their retention."""
    return rate * 86_400 * work.raw_days * work.raw_bytes / GB * prices.s3_gb_month


def table(headings, rows):
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def money(value):
    return f"${value:,.2f}"


def totals():
    """Cost per million events: a row per form and POST size, a column per rate."""
    rows = []
    for form in FORMS:
        for per_post in EVENTS_PER_POST:
            if form == FORMS[1] and per_post == 1:
                continue  # the same as one object per event
            rows.append(
                [form, str(per_post)]
                + [money(sum(per_million(rate, per_post, form).values())) for rate in RATES]
            )
    rows.append(
        ["*AWS's solution*", ""]
        + [money(AWS_SOLUTION[rate]) if rate in AWS_SOLUTION else "–" for rate in RATES]
    )
    return table(["form", "events per POST"] + [f"{rate:,} events/s" for rate in RATES], rows)


def parts(rate):
    """Cost per million events by part, at one rate."""
    ways = [(FORMS[0], 1), (FORMS[0], 20), (FORMS[1], 20), (FORMS[1], 50)]
    columns = [per_million(rate, per_post, form) for form, per_post in ways]
    rows = [[part] + [f"${column[part]:,.3f}" for column in columns] for part in columns[0]]
    return table(["part"] + [f"{form}, {per_post} per POST" for form, per_post in ways], rows)


def look_backs():
    """Cost of listings per million events, by --look-back."""
    rows = []
    for hours in (72, 24, 6):
        work = Workload(look_back_hours=hours)
        rows.append(
            [f"{hours} h"]
            + [
                f"${reading(per_post, form, Prices(), work)['S3 LIST']:,.3f}"
                for form, per_post in ((FORMS[0], 1), (FORMS[1], 20))
            ]
        )
    return table(["`--look-back`", "one object per event", "one object per POST of 20"], rows)


def monthly():
    """Monthly costs that do not depend on the number of events."""
    rows = [[part, money(cost)] for part, cost in fixed().items()]
    rows.append(["**total**", "**" + money(sum(fixed().values())) + "**"])
    return table(["fixed", "per month"], rows)


def warehouses():
    """Monthly cost of warehouse and raw storage, by rate."""
    rows = []
    for rate in RATES:
        hosted = hosting(rate)
        rows.append(
            [
                f"{rate:,} events/s",
                f"{rate * SECONDS_PER_MONTH / MILLION:,.0f} M",
                money(raw_storage(rate)),
                *(
                    (f"{hosted[0]} × m6i.large: {money(hosted[1])}", money(hosted[2]))
                    if hosted
                    else ("more than one host: ADR 13", "–")
                ),
            ]
        )
    return table(
        ["rate", "events per month", "raw, 400 days", "host", "volume and snapshots, 400 days"],
        rows,
    )


def main():
    for title, lines in (
        ("Cost per million events", totals()),
        ("By part, at 100 events/s", parts(100)),
        ("Listing, per million events", look_backs()),
        ("Fixed cost per month", monthly()),
        ("Storage and host per month", warehouses()),
    ):
        print(f"### {title}\n")
        print("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
