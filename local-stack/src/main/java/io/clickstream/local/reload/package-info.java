/** Loads a second warehouse beside the first, compares them, and swaps them. */
package io.clickstream.local.reload;
