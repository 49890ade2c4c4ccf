package io.clickstream.etl.job;

import io.clickstream.etl.warehouse.Warehouse;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** Looks up the login of the warehouse when a run begins. */
@FunctionalInterface
public interface WarehouseConnector {

  /**
   * Returns the warehouse with its login and certificate authorities.
   *
   * @param hadoop for files on any file system of Hadoop
   * @throws IOException when a secret or a file cannot be read
   */
  Warehouse open(Configuration hadoop) throws IOException;
}
