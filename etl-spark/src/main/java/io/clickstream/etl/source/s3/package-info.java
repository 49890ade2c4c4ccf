/**
 * Reads objects of Amazon S3 with direct GETs instead of the streams of Hadoop's S3A file system.
 * S3A supplies all settings.
 */
package io.clickstream.etl.source.s3;
