/** The demo: simulated events through the whole platform, and a report from the warehouse. */
package io.clickstream.local.demo;
