/** The columns of warehouse and staging tables, and the rows between the stages. */
package io.clickstream.etl.schema;
