/** The warehouse: connection, lock, settings, ledger, merge, marts and checks. */
package io.clickstream.etl.warehouse;
