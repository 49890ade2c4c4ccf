/** The columns of warehouse and staging tables, and the rows that stages pass to each other. */
package io.clickstream.etl.schema;
