/**
 * Sessionizes events by window functions, and finds which parts of a history must be sessionized
 * again. Pure: a part gives the same sessions as the whole history.
 */
package io.clickstream.etl.sessionize;
