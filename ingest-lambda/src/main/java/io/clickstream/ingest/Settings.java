package io.clickstream.ingest;

import io.clickstream.ingest.event.VisitorSampler;
import io.clickstream.ingest.http.CorsPolicy;
import io.clickstream.ingest.http.RateLimit;
import io.clickstream.ingest.http.RequestAuthenticator;
import io.clickstream.ingest.http.RequestLog;
import io.clickstream.ingest.http.TokenBucketRateLimit;
import io.clickstream.ingest.store.CallersSecret;
import io.clickstream.ingest.store.S3Location;
import io.clickstream.ingest.store.StreamLocation;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The function's configuration, which it reads from environment variables.
 *
 * @param location {@code RAW_BUCKET_NAME}: the bucket of the raw objects, required; {@code
 *     AWS_REGION}: its region, which Lambda sets; {@code AWS_ENDPOINT_URL_S3}: another S3 server
 * @param stream {@code STREAM_NAME}: the Kinesis data stream that gets the events instead of S3;
 *     default none; {@code AWS_ENDPOINT_URL_KINESIS}: another Kinesis server
 * @param cors {@code ALLOWED_ORIGINS}: the origins whose scripts may read the responses, separated
 *     by commas, or {@code *}; default none
 * @param batchObjects {@code BATCH_OBJECTS}: true to store an array as one object of lines; default
 *     false
 * @param authenticator {@code SHARED_KEYS} and {@code HMAC_SECRETS}, each separated by commas,
 *     default none; {@code UNSIGNED_REQUESTS}: true to accept requests without a signature too
 * @param callersSecret {@code CALLERS_SECRET}: name of the secret of AWS Secrets Manager that holds
 *     both lists instead; default none
 * @param sampler {@code SAMPLE_RATE}: the share of visitors to keep; default 1
 * @param eventsPerSecond {@code MAX_EVENTS_PER_SECOND}: the limit of one address in one process;
 *     default no limit
 */
record Settings(
    S3Location location,
    Optional<StreamLocation> stream,
    CorsPolicy cors,
    boolean batchObjects,
    RequestAuthenticator authenticator,
    Optional<CallersSecret> callersSecret,
    VisitorSampler sampler,
    Optional<Double> eventsPerSecond) {

  static final String BUCKET = "RAW_BUCKET_NAME";
  static final String REGION = "AWS_REGION";
  static final String ENDPOINT = "AWS_ENDPOINT_URL_S3";
  static final String STREAM = "STREAM_NAME";
  static final String STREAM_ENDPOINT = "AWS_ENDPOINT_URL_KINESIS";
  static final String ORIGINS = "ALLOWED_ORIGINS";
  static final String BATCH_OBJECTS = "BATCH_OBJECTS";
  static final String SHARED_KEYS = "SHARED_KEYS";
  static final String HMAC_SECRETS = "HMAC_SECRETS";
  static final String UNSIGNED_REQUESTS = "UNSIGNED_REQUESTS";
  static final String CALLERS_SECRET = "CALLERS_SECRET";
  static final String SECRETS_ENDPOINT = "AWS_ENDPOINT_URL_SECRETS_MANAGER";
  static final String SAMPLE_RATE = "SAMPLE_RATE";
  static final String MAX_EVENTS_PER_SECOND = "MAX_EVENTS_PER_SECOND";

  private static final Pattern BUCKET_NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern STREAM_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
  private static final Pattern SECRET_NAME = Pattern.compile("[A-Za-z0-9/_+=.@:-]{1,2048}");
  private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]{1,32}");

  /**
   * Reads the environment, and logs what is wrong with it.
   *
   * @return the settings; empty when a variable is missing or wrong
   */
  static Optional<Settings> read(Map<String, String> environment, RequestLog log) {
    try {
      return Optional.of(of(environment));
    } catch (MisconfiguredException e) {
      log.misconfigured(e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Reads and validates the environment.
   *
   * @param environment the variables by name; a blank one counts as not set
   * @throws MisconfiguredException when a variable is missing or wrong
   */
  static Settings of(Map<String, String> environment) throws MisconfiguredException {
    Variables variables = new Variables(environment);
    S3Location location = location(variables);
    boolean unsignedAllowed =
        variables.optional(UNSIGNED_REQUESTS, Settings::trueOrFalse).orElse(false);
    RequestAuthenticator authenticator =
        new RequestAuthenticator(
            variables.optional(SHARED_KEYS, Settings::list).orElse(List.of()),
            variables.optional(HMAC_SECRETS, Settings::list).orElse(List.of()),
            unsignedAllowed);
    Optional<String> secret =
        variables.optional(CALLERS_SECRET, name -> matching(SECRET_NAME, name, "a secret's name"));
    if (secret.isPresent()
        && !(authenticator.keys().isEmpty() && authenticator.secrets().isEmpty())) {
      throw Variables.misconfigured(
          CALLERS_SECRET, "SHARED_KEYS or HMAC_SECRETS is set too. Leave them out.");
    }
    Optional<URI> streamEndpoint = variables.optional(STREAM_ENDPOINT, Settings::endpoint);
    Optional<URI> secretsEndpoint = variables.optional(SECRETS_ENDPOINT, Settings::endpoint);
    return new Settings(
        location,
        variables
            .optional(STREAM, name -> matching(STREAM_NAME, name, "a stream's name"))
            .map(name -> new StreamLocation(name, location.region(), streamEndpoint)),
        variables.optional(ORIGINS, CorsPolicy::parse).orElse(CorsPolicy.NONE),
        variables.optional(BATCH_OBJECTS, Settings::trueOrFalse).orElse(false),
        authenticator,
        secret.map(name -> new CallersSecret(name, location.region(), secretsEndpoint)),
        variables
            .optional(SAMPLE_RATE, text -> new VisitorSampler(number(text)))
            .orElse(VisitorSampler.ALL),
        variables.optional(MAX_EVENTS_PER_SECOND, Settings::positive));
  }

  /**
   * Reads the bucket of the raw objects.
   *
   * @param environment the variables by name; a blank one counts as not set
   * @throws MisconfiguredException when a variable is missing or wrong
   */
  static S3Location location(Map<String, String> environment) throws MisconfiguredException {
    return location(new Variables(environment));
  }

  private static S3Location location(Variables variables) throws MisconfiguredException {
    return new S3Location(
        variables.required(BUCKET, name -> matching(BUCKET_NAME, name, "a bucket name")),
        variables.required(REGION, name -> matching(REGION_NAME, name, "a region name")),
        variables.optional(ENDPOINT, Settings::endpoint));
  }

  /** Returns the rate limit of {@code MAX_EVENTS_PER_SECOND}. */
  RateLimit rateLimit() {
    return eventsPerSecond
        .<RateLimit>map(events -> new TokenBucketRateLimit(events, System::nanoTime))
        .orElse(RateLimit.NONE);
  }

  private static String matching(Pattern form, String text, String expected) {
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not " + expected + ". Use the form " + form + ".");
    }
    return text;
  }

  private static URI endpoint(String text) {
    URI uri = URI.create(text);
    if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().matches("https?")) {
      throw new IllegalArgumentException(
          "it is not an HTTP address. Use a form such as http://127.0.0.1:9000.");
    }
    return uri;
  }

  private static boolean trueOrFalse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is neither true nor false. Use true or false.");
    };
  }

  static List<String> list(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a number. Use a number such as 0.5.", e);
    }
  }

  private static double positive(String text) {
    double value = number(text);
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a number greater than 0. Use one, or leave the variable out.");
    }
    return value;
  }

  /** Reads environment variables one by one. */
  private record Variables(Map<String, String> environment) {

    <T> T required(String name, Function<String, T> reader) throws MisconfiguredException {
      return optional(name, reader)
          .orElseThrow(() -> misconfigured(name, "it is not set. Set it for the function."));
    }

    <T> Optional<T> optional(String name, Function<String, T> reader)
        throws MisconfiguredException {
      String text = environment.getOrDefault(name, "").strip();
      if (text.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(reader.apply(text));
      } catch (IllegalArgumentException e) {
        throw misconfigured(name, e.getMessage());
      }
    }

    static MisconfiguredException misconfigured(String name, String reason) {
      return new MisconfiguredException("Cannot use " + name + ": " + reason);
    }
  }
}
