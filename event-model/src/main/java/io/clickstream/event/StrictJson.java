package io.clickstream.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/**
 * A parser factory for JSON by RFC 8259 without extensions: no comments, single quotes, bare names,
 * {@code NaN} or leading zeros. Nesting depth and sizes are bounded.
 */
public final class StrictJson {

  /** The factory, which is thread-safe; its parsers are not. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.JSON_DEPTH)
                  .maxNumberLength(Limits.RECORD_BYTES)
                  .maxStringLength(Limits.RECORD_BYTES)
                  .build())
          // Field names differ from record to record; interning them would grow a global table.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private StrictJson() {}
}
