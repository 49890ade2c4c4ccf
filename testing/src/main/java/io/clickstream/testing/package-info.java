/** Fixtures that the tests of several modules share; each exists once. */
package io.clickstream.testing;
