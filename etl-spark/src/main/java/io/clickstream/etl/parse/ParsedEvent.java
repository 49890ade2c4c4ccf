package io.clickstream.etl.parse;

/**
 * A parsed record.
 *
 * @param values in the order of {@code Columns.PARSED_EVENT}, as the Spark types carry them
 * @param coercedFields names of the fields that could not be used, sorted, comma-separated; or null
 */
record ParsedEvent(Object[] values, String coercedFields) {}
