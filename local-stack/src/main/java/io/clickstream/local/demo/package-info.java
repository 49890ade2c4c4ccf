/** The demo: traffic through the whole path, and what the warehouse then says. */
package io.clickstream.local.demo;
