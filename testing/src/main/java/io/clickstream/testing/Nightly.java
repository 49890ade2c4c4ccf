package io.clickstream.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Marks a test that only {@code ./clickstream test --nightly} runs. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(named = Nightly.PROPERTY, matches = "true")
public @interface Nightly {

  /** The system property that is {@code true} at night. */
  String PROPERTY = "tests.nightly";

  /** Returns the reason why other runs can do without the test. */
  String value();
}
