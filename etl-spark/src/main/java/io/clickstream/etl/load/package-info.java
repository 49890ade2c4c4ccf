/** Stage 5: staging, merge, ledger: a slice enters the warehouse as a whole or not at all. */
package io.clickstream.etl.load;
