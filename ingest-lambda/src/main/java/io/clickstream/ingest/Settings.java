package io.clickstream.ingest;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The function's configuration, from environment variables.
 *
 * @param bucket {@code RAW_BUCKET_NAME}: where raw objects go; required
 * @param region {@code AWS_REGION}: the function's, which Lambda sets
 * @param endpoint {@code AWS_ENDPOINT_URL_S3}: another S3 server, addressed path-style
 * @param origins {@code ALLOWED_ORIGINS}: pages whose scripts may read the answers, separated by
 *     commas, or {@code *}; none when not set
 * @param batchObjects {@code BATCH_OBJECTS}: whether an array is stored as one object of lines
 * @param proof {@code SHARED_KEYS} and {@code HMAC_SECRETS}: each a list separated by commas
 * @param sampling {@code SAMPLE_RATE}: the share of visitors to keep; 1 when not set
 * @param eventsPerSecond {@code MAX_EVENTS_PER_SECOND}: of one address, in one process; no limit
 *     when not set
 */
record Settings(
    String bucket,
    String region,
    Optional<URI> endpoint,
    Origins origins,
    boolean batchObjects,
    CallerProof proof,
    Sampling sampling,
    Optional<Double> eventsPerSecond) {

  static final String BUCKET = "RAW_BUCKET_NAME";
  static final String REGION = "AWS_REGION";
  static final String ENDPOINT = "AWS_ENDPOINT_URL_S3";
  static final String ORIGINS = "ALLOWED_ORIGINS";
  static final String BATCH_OBJECTS = "BATCH_OBJECTS";
  static final String SHARED_KEYS = "SHARED_KEYS";
  static final String HMAC_SECRETS = "HMAC_SECRETS";
  static final String SAMPLE_RATE = "SAMPLE_RATE";
  static final String MAX_EVENTS_PER_SECOND = "MAX_EVENTS_PER_SECOND";

  private static final Pattern BUCKET_NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]{1,32}");

  /**
   * Reads and checks.
   *
   * @param environment variables by name; blank ones count as not set
   * @throws MisconfiguredException when one is missing or can't be understood
   */
  static Settings of(Map<String, String> environment) throws MisconfiguredException {
    Variables variables = new Variables(environment);
    return new Settings(
        variables.required(BUCKET, name -> matching(BUCKET_NAME, name, "no bucket's name")),
        variables.required(REGION, name -> matching(REGION_NAME, name, "no region")),
        variables.optional(ENDPOINT, Settings::endpoint),
        variables.optional(ORIGINS, Origins::parse).orElse(Origins.parse("")),
        variables.optional(BATCH_OBJECTS, Settings::yesOrNo).orElse(false),
        new CallerProof(
            variables.optional(SHARED_KEYS, Settings::list).orElse(List.of()),
            variables.optional(HMAC_SECRETS, Settings::list).orElse(List.of())),
        variables
            .optional(SAMPLE_RATE, text -> new Sampling(Double.parseDouble(text)))
            .orElse(Sampling.ALL),
        variables.optional(MAX_EVENTS_PER_SECOND, Settings::positive));
  }

  private static String matching(Pattern form, String text, String otherwise) {
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException(otherwise);
    }
    return text;
  }

  private static URI endpoint(String text) {
    URI uri = URI.create(text);
    if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().matches("https?")) {
      throw new IllegalArgumentException("no http or https address");
    }
    return uri;
  }

  private static boolean yesOrNo(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static double positive(String text) {
    double value = Double.parseDouble(text);
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("no number over 0");
    }
    return value;
  }

  /** Environment variables, read one by one. */
  private record Variables(Map<String, String> environment) {

    <T> T required(String name, Function<String, T> reader) throws MisconfiguredException {
      return optional(name, reader)
          .orElseThrow(() -> new MisconfiguredException(name + " is not set"));
    }

    /** The reason for a refusal quotes no value: some are secrets. */
    <T> Optional<T> optional(String name, Function<String, T> reader)
        throws MisconfiguredException {
      String text = environment.getOrDefault(name, "").strip();
      if (text.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(reader.apply(text));
      } catch (NumberFormatException e) {
        throw new MisconfiguredException(name + " is no number");
      } catch (IllegalArgumentException e) {
        throw new MisconfiguredException(name + ": " + e.getMessage());
      }
    }
  }
}
