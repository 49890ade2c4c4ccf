package io.clickstream.ingest.store;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Builds the S3 clients of the function: the AWS SDK's client on the JDK's HTTP client. */
final class S3Clients {

  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);
  private static final Duration MAX_BACKOFF = Duration.ofMillis(200);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);

  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final String EXPIRED_TOKEN = "ExpiredToken";

  private static final String IDLE_CONNECTIONS = "http.maxConnections";

  private S3Clients() {}

  /** Builds the client that stores objects, with the credentials that Lambda provides. */
  static S3Client withFunctionCredentials(S3Location location) {
    return client(location, urlConnection(), functionCredentials());
  }

  /** Builds a client that signs and serializes requests but sends none. */
  static S3Client notSending(S3Location location) {
    return client(
        location,
        new NotSendingHttpClient(),
        StaticCredentialsProvider.create(AwsBasicCredentials.create("rehearsal", "rehearsal")));
  }

  /** Builds a client whose requests are not signed. */
  static S3Client anonymous(S3Location location) {
    return client(location, urlConnection(), AnonymousCredentialsProvider.create());
  }

  /** Builds a client with a given HTTP client and credentials. */
  static S3Client client(
      S3Location location, SdkHttpClient http, AwsCredentialsProvider credentials) {
    return S3Client.builder()
        .httpClient(http)
        .credentialsProvider(credentials)
        .region(Region.of(location.region()))
        .applyMutation(
            builder -> location.endpoint().ifPresent(uri -> builder.endpointOverride(uri)))
        .forcePathStyle(location.endpoint().isPresent())
        // The store sends a checksum of its own; the SDK's would make each body aws-chunked.
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .serviceConfiguration(
            S3Configuration.builder()
                .chunkedEncodingEnabled(false)
                // 100-continue costs a round trip, and bodies are small.
                .expectContinueEnabled(false)
                .build())
        .overrideConfiguration(override -> override.retryStrategy(retries()))
        .build();
  }

  /**
   * Builds the retry strategy: four attempts with exponential backoff and full jitter. The SDK's
   * circuit breaker is off: its retry budget would let one failing request prevent retries of the
   * next one.
   */
  private static RetryStrategy retries() {
    BackoffStrategy backoff = BackoffStrategy.exponentialDelay(FIRST_BACKOFF, MAX_BACKOFF);
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(ATTEMPTS)
        .backoffStrategy(backoff)
        .throttlingBackoffStrategy(backoff)
        .circuitBreakerEnabled(false)
        .retryOnException(S3Clients::isTransient)
        .build();
  }

  /** Returns true for responses that the SDK's own conditions may leave out. */
  private static boolean isTransient(Throwable failure) {
    return failure instanceof AwsServiceException response
        && (response.statusCode() >= SERVER_ERROR
            || response.statusCode() == TOO_MANY_REQUESTS
            || response.statusCode() == CONFLICT
            || response.awsErrorDetails() != null
                && EXPIRED_TOKEN.equals(response.awsErrorDetails().errorCode()));
  }

  /**
   * Builds the smallest HTTP client. By default the JDK keeps five idle connections, so that most
   * PUTs of a batch would open new ones.
   */
  static SdkHttpClient urlConnection() {
    if (System.getProperty(IDLE_CONNECTIONS) == null) {
      System.setProperty(IDLE_CONNECTIONS, Integer.toString(ParallelPuts.PARALLELISM));
    }
    return UrlConnectionHttpClient.builder()
        .connectionTimeout(CONNECT_TIMEOUT)
        .socketTimeout(READ_TIMEOUT)
        .build();
  }

  /** Lambda sets environment variables, or a container endpoint for functions with SnapStart. */
  static AwsCredentialsProvider functionCredentials() {
    return AwsCredentialsProviderChain.of(
        EnvironmentVariableCredentialsProvider.create(), ContainerCredentialsProvider.create());
  }
}
