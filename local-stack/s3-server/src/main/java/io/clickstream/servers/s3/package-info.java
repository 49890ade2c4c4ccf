/** The S3 server, apart from everything that its libraries would clash with. */
package io.clickstream.servers.s3;
