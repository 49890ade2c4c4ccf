package io.clickstream.etl.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.etl.source.PurgeRecords;
import io.clickstream.etl.warehouse.Erasures.Certificate;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The result of erasing: the certificate of a request, which has no ids.
 *
 * @param certificate absent if the command wrote no request
 * @param applied number of all requests that the warehouse has applied
 * @param linkedFrom time from which linked client ids were searched; absent without {@code
 *     --linked}, and if no period is closed
 * @param purged what was deleted from the raw root; absent if that was not wanted
 */
public record ErasureCertificate(
    Optional<Certificate> certificate,
    long applied,
    Optional<Instant> linkedFrom,
    Optional<PurgeRecords.Outcome> purged)
    implements JobReport {

  @Override
  public String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("mode", "erase");
      if (certificate.isPresent()) {
        write(json, certificate.get());
      }
      json.writeNumberField("requests_applied", applied);
      if (linkedFrom.isPresent()) {
        json.writeStringField("linked_from", linkedFrom.get().toString());
      }
      if (purged.isPresent()) {
        PurgeRecords.Outcome raw = purged.get();
        write(
            json,
            "purged",
            Map.of("objects", raw.objects(), "batches", raw.batches(), "packs", raw.packs()));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write JSON.", e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Certificate certificate) throws IOException {
    json.writeStringField("request_id", certificate.requestId().toString());
    json.writeStringField("requested_at", certificate.requestedAt().toString());
    json.writeStringField("received_before", certificate.receivedBefore().toString());
    json.writeStringField("applied_at", certificate.appliedAt().toString());
    json.writeStringField("version", certificate.version());
    write(json, "ids", certificate.idCounts());
    write(json, "removed", certificate.removed());
  }

  private static void write(JsonGenerator json, String name, Map<String, Long> numbers)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> number : new TreeMap<>(numbers).entrySet()) {
      json.writeNumberField(number.getKey(), number.getValue());
    }
    json.writeEndObject();
  }
}
