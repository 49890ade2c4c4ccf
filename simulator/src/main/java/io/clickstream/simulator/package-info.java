/**
 * Deterministic traffic of a Vietnamese computer shop: visitors, tabs, carts, orders, crawlers, and
 * what goes wrong on the way to the server. The same options give the same bytes, on every machine.
 */
package io.clickstream.simulator;
