package io.clickstream.etl.source;

import java.time.Instant;

/**
 * The listing of one hour prefix.
 *
 * @param hour the UTC hour of the prefix
 * @param listedAt time just before the listing, by the clock of the warehouse
 * @param objects the raw objects, in key order
 * @param ignored number of other objects, which the job does not read
 */
public record HourListing(Instant hour, Instant listedAt, ListedObjects objects, long ignored) {}
