/**
 * Parses records: reads the bytes of a record as strict JSON, and computes the columns of its event
 * by the rules of the data dictionary. Pure.
 */
package io.clickstream.etl.parse;
