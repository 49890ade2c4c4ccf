/** Lists hour prefixes and reads raw objects, on any file system of Hadoop. */
package io.clickstream.etl.source;
