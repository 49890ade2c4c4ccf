/** Getting parsed rows into the warehouse, against COPY and against Spark's JDBC writer. */
package io.clickstream.bench.load;
