/** Stage 4: events to sessions, with window functions. Pure; the same for a region as for all. */
package io.clickstream.etl.sessionize;
