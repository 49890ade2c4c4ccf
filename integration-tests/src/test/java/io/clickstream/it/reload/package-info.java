/** Reloads of a warehouse by the real job. */
package io.clickstream.it.reload;
