package io.clickstream.etl.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/**
 * What a load of some hours would find and do. Nothing was read but listings and the ledger.
 *
 * @param hours number of hours visited
 * @param hoursWithObjects number of hours with an object or a pack
 * @param unlistedHours number of hours that could not be listed
 * @param objects number of single objects
 * @param objectBytes their size
 * @param packs number of packs
 * @param packBytes their size
 * @param loadedObjects number of those objects that are loaded
 * @param loadedPacks number of packs that are noted as loaded
 * @param records estimate of the records to read; those in packs from the packs' sizes
 * @param listings LIST requests of a load
 * @param reads GET requests of a load
 * @param recordsPerSecond pace of recent runs, or a default
 */
public record HoursPlan(
    long hours,
    long hoursWithObjects,
    long unlistedHours,
    long objects,
    long objectBytes,
    long packs,
    long packBytes,
    long loadedObjects,
    long loadedPacks,
    long records,
    long listings,
    long reads,
    double recordsPerSecond)
    implements JobReport {

  /** Prices of ap-southeast-1 in late 2026, in US dollars per request. */
  private static final BigDecimal PRICE_OF_LIST = new BigDecimal("0.000005");

  private static final BigDecimal PRICE_OF_GET = new BigDecimal("0.0000004");

  /** Returns the price of all requests on S3, in US dollars. */
  BigDecimal requestCost() {
    return PRICE_OF_LIST
        .multiply(BigDecimal.valueOf(listings))
        .add(PRICE_OF_GET.multiply(BigDecimal.valueOf(reads)))
        .setScale(2, RoundingMode.UP);
  }

  /** Returns the estimated duration of a load. */
  Duration duration() {
    return Duration.ofSeconds(Math.round(Math.ceil(records / recordsPerSecond)));
  }

  @Override
  public String toString() {
    String text =
        String.format(
            Locale.ROOT,
            "%,d of %,d hours hold %,d objects (%,d MB, %,d loaded) and %,d packs (%,d MB, %,d"
                + " loaded). To load: about %,d records by %,d LISTs and %,d GETs (USD %s on S3), in"
                + " about %s",
            hoursWithObjects,
            hours,
            objects,
            objectBytes / 1_000_000,
            loadedObjects,
            packs,
            packBytes / 1_000_000,
            loadedPacks,
            records,
            listings,
            reads,
            requestCost().toPlainString(),
            Progress.inWords(duration()));
    return unlistedHours == 0
        ? text
        : text + String.format(Locale.ROOT, "; %,d hours could not be listed", unlistedHours);
  }

  @Override
  public String toJson() {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
      generator.writeStartObject();
      generator.writeStringField("mode", "plan");
      generator.writeNumberField("hours", hours);
      generator.writeNumberField("hours_with_objects", hoursWithObjects);
      generator.writeNumberField("unlisted_hours", unlistedHours);
      generator.writeNumberField("objects", objects);
      generator.writeNumberField("object_bytes", objectBytes);
      generator.writeNumberField("packs", packs);
      generator.writeNumberField("pack_bytes", packBytes);
      generator.writeNumberField("loaded_objects", loadedObjects);
      generator.writeNumberField("loaded_packs", loadedPacks);
      generator.writeNumberField("estimated_records", records);
      generator.writeNumberField("estimated_lists", listings);
      generator.writeNumberField("estimated_gets", reads);
      generator.writeNumberField("estimated_request_cost_usd", requestCost());
      generator.writeNumberField("estimated_seconds", duration().toSeconds());
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write JSON.", e);
    }
    return json.toString();
  }
}
