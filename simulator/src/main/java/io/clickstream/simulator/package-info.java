/**
 * Simulates the traffic of a Vietnamese computer shop: visitors, tabs, carts, orders, crawlers, and
 * failures on the way to the server. Equal options give equal bytes on every machine.
 */
package io.clickstream.simulator;
