/** SQL: statements in resources, named placeholders, and their execution over JDBC. */
package io.clickstream.etl.sql;
