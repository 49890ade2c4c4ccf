/** PostgreSQL and S3 servers on loopback that end with the process that started them. */
package io.clickstream.servers;
