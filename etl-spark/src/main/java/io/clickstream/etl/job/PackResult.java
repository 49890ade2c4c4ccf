package io.clickstream.etl.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.etl.source.PackOutcome;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * The result of packing.
 *
 * @param hours number of hours visited
 */
public record PackResult(int hours, PackOutcome outcome) implements JobReport {

  @Override
  public String toJson() {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
      generator.writeStartObject();
      generator.writeStringField("mode", "pack");
      generator.writeNumberField("hours", hours);
      generator.writeNumberField("packs_written", outcome.packs());
      generator.writeNumberField("pack_bytes", outcome.packBytes());
      generator.writeNumberField("objects_packed", outcome.objects());
      generator.writeNumberField("object_bytes", outcome.objectBytes());
      generator.writeNumberField("already_packed", outcome.alreadyPacked());
      generator.writeNumberField("objects_deleted", outcome.deleted());
      generator.writeNumberField("changed_objects", outcome.kept());
      generator.writeNumberField("too_large_objects", outcome.tooLarge());
      generator.writeNumberField("failures", outcome.failures().size());
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write JSON.", e);
    }
    return json.toString();
  }
}
