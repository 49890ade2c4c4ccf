/**
 * Stage 4: events to sessions by window functions, and the query that finds which parts of a
 * history must be sessionized again. Pure: a part gives the same sessions as the whole history.
 */
package io.clickstream.etl.sessionize;
