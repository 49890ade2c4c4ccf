/**
 * Stage 2: the bytes of a record to an event, by strict JSON and the rules of the data dictionary.
 * Pure.
 */
package io.clickstream.etl.parse;
