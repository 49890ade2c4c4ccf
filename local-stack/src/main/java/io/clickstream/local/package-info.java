/** What makes a laptop enough: the platform's real parts, started and stopped together. */
package io.clickstream.local;
