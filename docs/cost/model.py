#!/usr/bin/env python3
"""What the platform costs on AWS, from list prices. Prints the tables of docs/cost.md.

Prices are those of ap-southeast-1 in late 2026, in US dollars, without free tiers and taxes. What is assumed
rather than listed stands in ASSUMED.
"""

from math import ceil

MILLION = 1_000_000

PRICES = {
    "http_api_request": 1.25 / MILLION,  # a request of up to 512 KB
    "lambda_request": 0.20 / MILLION,
    "lambda_gb_second_arm64": 0.0000133334,
    "s3_put": 5.00 / MILLION,
    "s3_list": 5.00 / MILLION,
    "s3_get": 0.40 / MILLION,
    "logs_gb": 0.70,
}

ASSUMED = {
    "lambda_gb": 0.5,
    "put_seconds": 0.025,  # S3's answer to a small PUT
    "puts_at_once": 16,  # io.clickstream.ingest.ParallelPuts
    "other_seconds": 0.002,  # the function's own work
    "log_bytes_per_request": 1_100,  # our line, and Lambda's START, END and REPORT
    "keys_per_listing": 1_000,
    "listings": 2,  # of each key: the run that loads it, and the next
}


def ingest(events_per_post, batch_objects=False, events=MILLION):
    """Dollars by part for so many events, sent so many a POST, stored one by one or a batch an object."""
    posts = ceil(events / events_per_post)
    objects = posts if batch_objects and events_per_post > 1 else events
    puts_in_turn = ceil(objects / posts / ASSUMED["puts_at_once"])
    seconds = ASSUMED["other_seconds"] + puts_in_turn * ASSUMED["put_seconds"]
    return {
        "HTTP API": posts * PRICES["http_api_request"],
        "Lambda": posts
        * (PRICES["lambda_request"] + seconds * ASSUMED["lambda_gb"] * PRICES["lambda_gb_second_arm64"]),
        "logs": posts * ASSUMED["log_bytes_per_request"] / 1e9 * PRICES["logs_gb"],
        "S3 PUT": objects * PRICES["s3_put"],
        "S3 GET and LIST by the job": objects * PRICES["s3_get"]
        + ASSUMED["listings"] * ceil(objects / ASSUMED["keys_per_listing"]) * PRICES["s3_list"],
    }


def ingest_table():
    """The price of a million events by events in a POST and form of the objects."""
    forms = [(1, False)] + [(n, form) for n in (10, 50, 100) for form in (False, True)]
    parts = list(ingest(1))
    lines = [
        "| events a POST | objects | " + " | ".join(parts) + " | **together** |",
        "|---|---|" + "---|" * (len(parts) + 1),
    ]
    for events_per_post, batch_objects in forms:
        costs = ingest(events_per_post, batch_objects)
        form = "one a batch (`BATCH_OBJECTS`)" if batch_objects else "one an event"
        cells = [f"{costs[part]:.2f}" for part in parts] + [f"**{sum(costs.values()):.2f}**"]
        lines.append(f"| {events_per_post} | {form} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(ingest_table())
