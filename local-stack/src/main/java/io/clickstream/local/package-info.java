/** Runs the platform on one machine: its real parts, started and stopped together. */
package io.clickstream.local;
