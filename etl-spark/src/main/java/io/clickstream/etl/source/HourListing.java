package io.clickstream.etl.source;

import java.time.Instant;

/**
 * What stands under one hour prefix.
 *
 * @param hour the UTC hour of the prefix
 * @param listedAt just before it was listed, by the warehouse's clock
 * @param objects the raw objects, in key order
 * @param ignored how many others there are, which are left alone
 */
public record HourListing(Instant hour, Instant listedAt, ListedObjects objects, long ignored) {}
