package io.clickstream.etl.source;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** The Hadoop configuration of the driver, in a form that Java serialization sends to executors. */
record SerializableConfiguration(Map<String, String> properties) implements Serializable {

  static SerializableConfiguration of(Configuration configuration) {
    Map<String, String> properties = new HashMap<>();
    for (Map.Entry<String, String> property : configuration) {
      properties.put(property.getKey(), property.getValue());
    }
    return new SerializableConfiguration(properties);
  }

  Configuration toConfiguration() {
    Configuration configuration = new Configuration(false);
    properties.forEach(configuration::set);
    return configuration;
  }
}
