/** The command line of the job: arguments, the warehouse's login, and usage errors. */
package io.clickstream.etl.cli;
