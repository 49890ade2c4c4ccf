/** Compares two warehouses, row by row and metric by metric. */
package io.clickstream.local.diff;
