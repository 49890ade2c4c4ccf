/** The jobs: one recipe class per job, whose steps call the stages in order. */
package io.clickstream.etl.job;
