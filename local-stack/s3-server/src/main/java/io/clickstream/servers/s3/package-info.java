/** The S3 server, in a module of its own because its libraries conflict with Spark's. */
package io.clickstream.servers.s3;
