/** Stage 1: lists hour prefixes and reads raw objects, on any Hadoop file system. */
package io.clickstream.etl.source;
