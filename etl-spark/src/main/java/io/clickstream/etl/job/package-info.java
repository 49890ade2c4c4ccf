/** The run: arguments, slices, and the recipe that puts the stages together. */
package io.clickstream.etl.job;
