package io.clickstream.etl.source;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** The Hadoop settings of the driver, in a form that travels to executors. */
record HadoopSettings(Map<String, String> properties) implements Serializable {

  static HadoopSettings of(Configuration configuration) {
    Map<String, String> properties = new HashMap<>();
    for (Map.Entry<String, String> property : configuration) {
      properties.put(property.getKey(), property.getValue());
    }
    return new HadoopSettings(properties);
  }

  Configuration toConfiguration() {
    Configuration configuration = new Configuration(false);
    properties.forEach(configuration::set);
    return configuration;
  }
}
