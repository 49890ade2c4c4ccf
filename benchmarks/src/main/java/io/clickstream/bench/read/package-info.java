/** Reading and parsing many small objects, against the reader that Spark has. */
package io.clickstream.bench.read;
