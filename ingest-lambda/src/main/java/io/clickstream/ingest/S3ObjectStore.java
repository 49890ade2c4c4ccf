package io.clickstream.ingest;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Amazon S3, or any server that speaks its API and honours {@code If-None-Match} on PUT. */
public final class S3ObjectStore implements ObjectStore {

  /** The AWS SDKs' own variable for another S3 endpoint; path-style addressing goes with it. */
  static final String ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL_S3";

  private static final String REGION_VARIABLE = "AWS_REGION";
  private static final String CONTENT_TYPE = "application/json";
  private static final String ANY_OBJECT = "*";
  private static final int PRECONDITION_FAILED = 412;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(3);

  private final S3Client s3;
  private final String bucket;

  S3ObjectStore(S3Client s3, String bucket) {
    this.s3 = s3;
    this.bucket = bucket;
  }

  /**
   * A store on the bucket in the function's region, with the function's credentials.
   *
   * @param bucket its name, no prefix
   * @param environment the process's environment variables
   */
  public static S3ObjectStore connect(String bucket, Map<String, String> environment) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(ATTEMPT_TIMEOUT)
                    .build())
            .credentialsProvider(functionCredentials())
            // A function has no ~/.aws; not looking for it saves time at the start.
            .overrideConfiguration(
                override -> override.defaultProfileFile(ProfileFile.aggregator().build()))
            // TLS and the signature protect one small PUT. Chunks and further checksums would cost
            // time and need a server that knows them.
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    Optional.ofNullable(environment.get(REGION_VARIABLE))
        .map(Region::of)
        .ifPresent(builder::region);
    Optional.ofNullable(environment.get(ENDPOINT_VARIABLE))
        .filter(endpoint -> !endpoint.isBlank())
        .ifPresent(endpoint -> builder.endpointOverride(URI.create(endpoint)).forcePathStyle(true));
    return new S3ObjectStore(builder.build(), bucket);
  }

  /** Environment variables, as functions have them; a container endpoint, as SnapStart has it. */
  private static AwsCredentialsProvider functionCredentials() {
    return AwsCredentialsProviderChain.of(
        EnvironmentVariableCredentialsProvider.create(), ContainerCredentialsProvider.create());
  }

  @Override
  public void putNew(String key, byte[] body) throws IOException {
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .contentType(CONTENT_TYPE)
            .ifNoneMatch(ANY_OBJECT)
            .build();
    try {
      s3.putObject(request, RequestBody.fromBytes(body));
    } catch (S3Exception e) {
      if (storedByAnEarlierAttempt(e)) {
        return;
      }
      throw new IOException("S3 answered " + e.statusCode() + " " + errorCode(e), e);
    } catch (SdkException e) {
      throw new IOException("S3 was not reached: " + e.getClass().getSimpleName(), e);
    }
  }

  /**
   * The key is new and this call's own. When a retry finds it taken, the attempt before it was
   * stored and only its answer was lost.
   */
  private static boolean storedByAnEarlierAttempt(S3Exception e) {
    return e.statusCode() == PRECONDITION_FAILED && e.numAttempts() != null && e.numAttempts() > 1;
  }

  private static String errorCode(S3Exception e) {
    return e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
  }
}
