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
STREAM = "stream, batches of 5 s"
FORMS = ("one object per event", "one object per POST", STREAM)

# AWS's own clickstream solution, by events per second: dollars per month for ingestion without a
# buffer and for hourly processing, in us-east-1. AWS gives them for 10, 100 and 1,000 requests per
# second of 10 events each, with the storage of one month:
# https://docs.aws.amazon.com/solutions/latest/clickstream-analytics-on-aws/cost.html
AWS_SOLUTION = {100: 153.80 + 242.26, 1_000: 179.80 + 775.60, 10_000: 398.80 + 3_961.00}
AWS_STORAGE = {100: 3.00 + 3.40 + 0.36, 1_000: 4.00 + 34.00 + 3.60}
AWS_REPORTING_AND_MONITORING = 24 + 14
AWS_EVENTS_PER_POST = 10


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
    shard_hour: float = 0.0195  # Kinesis, provisioned, with a retention of 24 hours
    stream_unit: float = 0.0182 / MILLION  # per record and 25 KB of it
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
    dashboard_month: float = 3.00
    glue_dpu_hour: float = 0.308  # Glue 6.0
    t3_medium_hour: float = 0.0528
    t3_small_hour: float = 0.0264
    public_address_hour: float = 0.005
    amplify_build_minute: float = 0.01
    amplify_served_gb: float = 0.15
    cognito_user: float = 0.015  # Essentials, per active user after 10,000


@dataclass(frozen=True)
class Workload:
    """Assumptions about events and the job. docs/cost.md says which were measured."""

    raw_bytes: int = 900  # a stored event with _ingest
    warehouse_bytes: int = 1_100  # an event with its share of sessions, marts and indexes
    log_bytes: int = 1_400  # per POST: access log, the function's line, START, END and REPORT
    lambda_gb: float = 1.0
    lambda_work_s: float = 0.002  # per POST, without waiting for S3
    put_s: float = 0.025  # until S3 answers a small PUT
    puts_at_once: int = 16  # concurrency of the ingest function
    stream_put_s: float = 0.015  # until Kinesis answers
    stream_window_s: float = 5  # StreamBatchWindowSeconds
    stream_spare: float = 1.5  # shards above the mean rate
    batch_bytes: int = 4_500_000  # raw bytes of a batch of 6 MB as Lambda gives it
    writer_s: float = 0.1  # per batch, with its PUT
    writer_mb_s: float = 0.03  # in addition, per MB
    keys_per_list: int = 1_000
    list_s: float = 0.1  # per request
    many_keys: int = 5_000  # of the recent hours, from which a follower lists the newest ids only
    newest_s: float = 30  # of ids before the previous step that it lists then
    shortest_pause_s: float = 60  # between its listings of all
    pause: float = 20  # the same, as a multiple of the time that one takes
    runs_per_hour: int = 2
    look_back_hours: int = 72  # the default --look-back 3d: each run lists these hours
    start_s: float = 90  # start and end of a run, without any event
    driver_vcpu: int = 2
    driver_gb: int = 8
    executor_vcpu: int = 2
    executor_gb: int = 8
    events_per_vcpu_s: float = 1_500  # read, parse, load and sessionize
    objects_per_vcpu_s: float = 1_000  # GETs, in addition
    host_s: float = 0.00037  # of two cores per event, job and database together (docs/scale.md)
    host_share: float = 0.5  # of the host's cores that loads may use
    lock_events_s: int = 6_000  # that one warehouse lock admits (docs/scale.md)
    memory_days: float = 1  # days of the warehouse that fit into the host's memory
    raw_days: int = 400
    warehouse_days: int = 400
    snapshots_kept: int = 14
    random_index_share: float = 0.11  # of the warehouse: index of event ids that are not in order
    glue_workers: int = 2


def shards(rate, per_post, work):
    """Returns the shards of the stream: each accepts 1 MB and 1,000 records per second."""
    megabytes = rate * work.raw_bytes / 1e6
    records = rate / per_post / 1_000
    return max(1, ceil(max(megabytes, records) * work.stream_spare))


def batches_per_second(rate, per_post, work):
    """Returns the objects that the writer of the stream stores per second."""
    bytes_per_shard = rate * work.raw_bytes / shards(rate, per_post, work)
    seconds = min(work.stream_window_s, work.batch_bytes / bytes_per_shard)
    return shards(rate, per_post, work) / seconds


def objects(rate, events, per_post, form, work):
    """Returns the number of raw objects that hold these events."""
    if form == STREAM:
        return events * min(1, batches_per_second(rate, per_post, work) / rate)
    return events if form == FORMS[0] else events / per_post


def ingest(rate, per_post, form, prices, work):
    """Returns the cost of API, Lambda, stream and PUTs per million events."""
    posts = MILLION / per_post
    puts = objects(rate, MILLION, per_post, form, work)
    if form == STREAM:
        seconds = posts * (work.lambda_work_s + work.stream_put_s)
        seconds += puts * work.writer_s + MILLION * work.raw_bytes / 1e6 * work.writer_mb_s
        requests = posts + puts
        units = posts * ceil(per_post * work.raw_bytes / 25_000)
        hours = MILLION / rate / 3600
        stream = shards(rate, per_post, work) * hours * prices.shard_hour
        stream += units * prices.stream_unit
    else:
        puts_in_sequence = ceil(puts / posts / work.puts_at_once)
        seconds = posts * (work.lambda_work_s + puts_in_sequence * work.put_s)
        requests = posts
        stream = 0
    return {
        "HTTP API": posts * prices.http_api,
        "Lambda": requests * prices.lambda_request
        + seconds * work.lambda_gb * prices.lambda_gb_second,
        "Kinesis": stream,
        "S3 PUT": puts * prices.s3_put,
        "logs": requests * work.log_bytes / GB * prices.logs_gb,
    }


def reading(rate, per_post, form, prices, work):
    """Returns the cost of GETs and listings per million events.

    Each run lists every key of the look-back.
    """
    keys = objects(rate, MILLION, per_post, form, work)
    listings = keys / work.keys_per_list * work.runs_per_hour * work.look_back_hours
    return {"S3 GET": keys * prices.s3_get, "S3 LIST": listings * prices.s3_put}


def job(rate, per_post, form, prices, work):
    """Returns the cost of EMR Serverless per million events.

    Each run starts its workers anew and then spreads its work over the executors.
    """
    events_per_run = rate * 3600 / work.runs_per_hour
    cpu_s = (
        events_per_run / work.events_per_vcpu_s
        + objects(rate, events_per_run, per_post, form, work) / work.objects_per_vcpu_s
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
        **ingest(rate, per_post, form, prices, work),
        **reading(rate, per_post, form, prices, work),
        **job(rate, per_post, form, prices, work),
    }


def fixed(prices=Prices()):
    """Returns the fixed cost per month by part, without the host of the warehouse."""
    return {
        "4 interface endpoints": 4 * prices.endpoint_hour * HOURS_PER_MONTH,
        "4 secrets": 4 * prices.secret_month,
        "18 alarms, 26 metrics": 18 * prices.alarm_month + 26 * prices.metric_month,
        "dashboard": prices.dashboard_month,
        "private DNS zone": prices.zone_month,
    }


def starts(runs, engine, prices=Prices(), work=Workload()):
    """Returns the monthly cost of the start and end of runs, without any event."""
    if engine == "Glue":
        return runs * work.start_s / 3600 * work.glue_workers * prices.glue_dpu_hour
    vcpu = work.driver_vcpu + work.executor_vcpu
    gigabytes = work.driver_gb + work.executor_gb
    return (
        runs * work.start_s / 3600 * (vcpu * prices.emr_vcpu_hour + gigabytes * prices.emr_gb_hour)
    )


def follower_listings(rate, per_post, form, step_s, prices=Prices(), work=Workload()):
    """Returns the monthly cost of a follower's listings.

    Each step lists the hour before, which is full, and the current one, which is half full. Of many
    event objects it lists the newest ids, and all of them now and then.
    """
    keys = objects(rate, rate * 3600, per_post, form, work)
    pages = [max(1, ceil(share * keys / work.keys_per_list)) for share in (1, 0.5)]
    per_second = sum(pages) / step_s
    if form == FORMS[0] and 1.5 * keys >= work.many_keys:
        pause = max(work.shortest_pause_s, work.pause * work.list_s * max(pages))
        newest = ceil(rate * (work.newest_s + step_s) / work.keys_per_list)
        # Batch objects and the newest ids of both hours; the hour before has no new ones.
        per_second = min(per_second, (newest + 3) / step_s + sum(pages) / pause)
    full_visits = 2 * HOURS_PER_MONTH * work.look_back_hours
    full = full_visits * max(1, ceil(keys / work.keys_per_list))
    return (per_second * SECONDS_PER_MONTH + full) * prices.s3_put


def follower_workers(engine, prices=Prices(), work=Workload()):
    """Returns the monthly cost of a driver and an executor that never end."""
    if engine == "Glue":
        return HOURS_PER_MONTH * work.glue_workers * prices.glue_dpu_hour
    vcpu = work.driver_vcpu + work.executor_vcpu
    gigabytes = work.driver_gb + work.executor_gb
    return HOURS_PER_MONTH * (vcpu * prices.emr_vcpu_hour + gigabytes * prices.emr_gb_hour)


def snapshots(gigabytes, random_keys, prices=Prices(), work=Workload()):
    """Returns the monthly cost of daily snapshots of a volume with this much data.

    A snapshot holds the blocks that changed. Random keys change every block of their index each
    day; keys in the order of time change its end only.
    """
    new = gigabytes / work.warehouse_days
    index = gigabytes * work.random_index_share if random_keys else 0
    kept = gigabytes + (work.snapshots_kept - 1) * (new + index)
    return kept * prices.snapshot_gb_month


SMALL_RATE = 1  # events per second of a small shop


def small_shop(cheap, prices=Prices()):
    """Returns the monthly cost of a small shop by part: as deployed by default, or cheapest."""
    work = Workload(runs_per_hour=1, look_back_hours=24) if cheap else Workload()
    form, per_post = (FORMS[1], 20) if cheap else (FORMS[0], 1)
    millions = SMALL_RATE * SECONDS_PER_MONTH / MILLION
    gigabytes = SMALL_RATE * 86_400 * work.warehouse_days * work.warehouse_bytes / GB
    volume = 60 if cheap else 100
    base = fixed(prices)
    endpoints = 2 if cheap else 4
    base["4 interface endpoints"] = endpoints * prices.endpoint_hour * HOURS_PER_MONTH
    runs = work.runs_per_hour * HOURS_PER_MONTH
    stored = ingest(SMALL_RATE, per_post, form, prices, work)
    read = reading(SMALL_RATE, per_post, form, prices, work)
    job_cost = job(SMALL_RATE, per_post, form, prices, work)["EMR Serverless"] * millions
    return {
        "API, Lambda, PUTs, logs": sum(stored.values()) * millions,
        "GETs and listings": sum(read.values()) * millions,
        "runs: start and end": starts(runs, "EMR Serverless", prices, work),
        "runs: work": job_cost - starts(runs, "EMR Serverless", prices, work),
        "raw objects, 400 days": raw_storage(SMALL_RATE, prices, work),
        "interface endpoints": base.pop("4 interface endpoints"),
        "secrets, alarms, metrics, dashboard, DNS": sum(base.values()),
        "host": (prices.t3_medium_hour if cheap else prices.m6i_large_hour) * HOURS_PER_MONTH,
        "data volume": volume * prices.gp3_gb_month,
        "snapshots": snapshots(gigabytes, False, prices, work),
    }


def host_size(rate, work=Workload()):
    """Returns the size of the warehouse's host in multiples of m6i.large (2 vCPU, 8 GB).

    It is the smallest power of two whose memory holds the last day, and whose cores have time for
    queries. Returns None if loads take longer than the events, whatever the host (docs/scale.md).
    """
    if rate > work.lock_events_s:
        return None
    gigabytes = rate * 86_400 * work.memory_days * work.warehouse_bytes / GB
    size = 1
    while 8 * size < gigabytes or rate * work.host_s / size > work.host_share:
        size *= 2
    return size


def hosting(rate, prices=Prices(), work=Workload()):
    """Returns the monthly warehouse cost: (multiples of m6i.large, host, volume and snapshots).

    Returns None where one host is not enough.
    """
    size = host_size(rate, work)
    if size is None:
        return None
    stored = rate * 86_400 * work.warehouse_days * work.warehouse_bytes / GB
    host = size * prices.m6i_large_hour * HOURS_PER_MONTH
    return size, host, stored * (prices.gp3_gb_month + prices.snapshot_gb_month)


def all_in(rate, per_post, form, part_of_host=1.0, follows_on_host=False):
    """Returns the cost per million events with the fixed cost and the host, without storage.

    With a part of the host's size, it has memory for a part of a day only. A job that follows on
    the host needs no EMR Serverless.
    """
    millions = rate * SECONDS_PER_MONTH / MILLION
    _, host, _ = hosting(rate)
    parts = per_million(rate, per_post, form)
    if follows_on_host:
        parts["EMR Serverless"] = 0
        parts["S3 LIST"] = follower_listings(rate, per_post, form, 15) / millions
    return sum(parts.values()) + (sum(fixed().values()) + host * part_of_host) / millions


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
        ["*AWS's solution*", str(AWS_EVENTS_PER_POST)]
        + [
            money(AWS_SOLUTION[rate] / (rate * SECONDS_PER_MONTH / MILLION))
            if rate in AWS_SOLUTION
            else "–"
            for rate in RATES
        ]
    )
    return table(["form", "events per POST"] + [f"{rate:,} events/s" for rate in RATES], rows)


def totals_with_host():
    """Cost per million events with everything but storage: a row per configuration."""
    rates = (100, 1_000)
    ways = (
        ("one object per POST", FORMS[1], 50, 1, False),
        ("stream", STREAM, AWS_EVENTS_PER_POST, 1, False),
        ("stream", STREAM, 20, 1, False),
        ("stream", STREAM, 50, 1, False),
        ("stream, follower on the host", STREAM, 10, 1, True),
        ("stream, follower on the host", STREAM, 20, 1, True),
        ("stream, follower on half the host", STREAM, 20, 0.5, True),
        ("stream, follower on half the host", STREAM, 50, 0.5, True),
        ("stream, follower on a quarter of the host", STREAM, 20, 0.25, True),
    )
    rows = []
    for name, form, per_post, part_of_host, follows in ways:
        row = [name, str(per_post)]
        for rate in rates:
            cost = all_in(rate, per_post, form, part_of_host, follows)
            below = round(cost, 2) < round(without_storage(rate), 2)
            row.append(f"**{money(cost)}**" if below else money(cost))
        rows.append(row)
    solution = ["*AWS's solution*", str(AWS_EVENTS_PER_POST)]
    rows.append(solution + [money(without_storage(rate)) for rate in rates])
    more = ["*the same with reporting and monitoring*", str(AWS_EVENTS_PER_POST)]
    rows.append(
        more + [money(without_storage(rate, AWS_REPORTING_AND_MONITORING)) for rate in rates]
    )
    return table(
        ["configuration", "events per POST"] + [f"{rate:,} events/s" for rate in rates], rows
    )


def without_storage(rate, more=0):
    """Returns the cost of AWS's solution per million events without the storage of a month."""
    return (AWS_SOLUTION[rate] - AWS_STORAGE[rate] + more) / (rate * SECONDS_PER_MONTH / MILLION)


def parts(rate):
    """Cost per million events by part, at one rate."""
    ways = [(FORMS[0], 1), (FORMS[1], 20), (FORMS[1], 50), (STREAM, 1), (STREAM, 20)]
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
                f"${reading(100, per_post, form, Prices(), work)['S3 LIST']:,.3f}"
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


def run_starts():
    """Monthly cost of starting runs, by engine and schedule."""
    return table(
        ["runs per month", "EMR Serverless", "Glue 6.0"],
        [
            [
                f"{runs:,} ({name})",
                money(starts(runs, "EMR Serverless")),
                money(starts(runs, "Glue")),
            ]
            for runs, name in ((2 * HOURS_PER_MONTH, "half-hourly"), (HOURS_PER_MONTH, "hourly"))
        ],
    )


def followers():
    """Monthly cost of the listings of a follower, by rate and by form."""
    rows = []
    for rate in (SMALL_RATE, *RATES[:3]):
        ways = ((FORMS[0], 1, 15), (FORMS[0], 1, 60), (FORMS[1], 20, 15), (STREAM, 1, 15))
        rows.append(
            [f"{rate:,} event{'s' if rate > 1 else ''}/s"]
            + [
                money(follower_listings(rate, per_post, form, step))
                for form, per_post, step in ways
            ]
        )
    return table(
        [
            "rate",
            "one object per event, 15 s",
            "one object per event, 60 s",
            "one object per POST of 20, 15 s",
            "stream, 15 s",
        ],
        rows,
    )


def resident_workers():
    """Monthly cost of a driver and an executor that never end, by engine."""
    return table(
        ["workers", "per month"],
        [
            [name, money(follower_workers(engine))]
            for engine, name in (
                ("EMR Serverless", "EMR Serverless: driver and executor of 2 vCPU, 8 GB"),
                ("Glue", "Glue 6.0: two workers G.1X"),
            )
        ],
    )


def small_shops():
    """Monthly cost of a small shop by part, by variant."""
    default, cheapest = small_shop(False), small_shop(True)
    rows = [[part, money(default[part]), money(cheapest[part])] for part in default]
    rows.append(
        [
            "**total**",
            f"**{money(sum(default.values()))}**",
            f"**{money(sum(cheapest.values()))}**",
        ]
    )
    return table(["part", "default", "cheapest"], rows)


def keys_of_snapshots():
    """Monthly cost of snapshots by size of the warehouse and by order of the event ids."""
    return table(
        ["data in the warehouse", "ids in the order of time (UUIDv7)", "random ids (UUIDv4)"],
        [
            [
                f"{gigabytes:,} GB",
                money(snapshots(gigabytes, False)),
                money(snapshots(gigabytes, True)),
            ]
            for gigabytes in (40, 400, 4_000)
        ],
    )


def optional(prices=Prices()):
    """Monthly cost of the optional stacks."""
    oltp = (
        (prices.t3_small_hour + prices.public_address_hour) * HOURS_PER_MONTH
        + 20 * (prices.gp3_gb_month + prices.snapshot_gb_month)
        + prices.secret_month
        + 2 * prices.alarm_month
    )
    web = 60 * prices.amplify_build_minute + 20 * prices.amplify_served_gb
    return table(
        ["stack", "for", "per month"],
        [
            ["oltp", "t3.small, 20 GB, a public address", money(oltp)],
            [
                "stream",
                "a shard, 5 alarms, 4 metrics",
                money(
                    prices.shard_hour * HOURS_PER_MONTH
                    + 5 * prices.alarm_month
                    + 4 * prices.metric_month
                ),
            ],
            ["web", "60 minutes of builds, 20 GB served", money(web)],
            [
                "auth",
                "20,000 active users, 10,000 of them free",
                money(10_000 * prices.cognito_user),
            ],
        ],
    )


def main():
    for title, lines in (
        ("Cost per million events", totals()),
        ("The same with the fixed cost and the host", totals_with_host()),
        ("By part, at 100 events/s", parts(100)),
        ("Listing, per million events", look_backs()),
        ("Fixed cost per month", monthly()),
        ("A month of a small shop, 1 event/s", small_shops()),
        ("Start and end of runs per month", run_starts()),
        ("Listings of a follower per month", followers()),
        ("Workers of a follower per month", resident_workers()),
        ("Storage and host per month", warehouses()),
        ("Snapshots per month", keys_of_snapshots()),
        ("Optional stacks per month", optional()),
    ):
        print(f"### {title}\n")
        print("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
