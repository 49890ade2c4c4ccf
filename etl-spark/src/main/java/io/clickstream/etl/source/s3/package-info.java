/**
 * Reads objects of Amazon S3 with GETs of their own, beside Hadoop's S3A file system, which
 * supplies all settings.
 */
package io.clickstream.etl.source.s3;
