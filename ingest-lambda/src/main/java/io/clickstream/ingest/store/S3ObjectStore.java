package io.clickstream.ingest.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Function;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An object store on Amazon S3, or on any server that honours {@code If-None-Match: *} on PUT.
 *
 * <p>The SDK retries transient failures under the same key until the deadline. A key belongs to one
 * request. A key that exists at a retry was stored by an earlier attempt whose response was lost,
 * so 412 then means stored. For a repeatable object it always does.
 */
public final class S3ObjectStore implements ObjectStore {

  private static final int PRECONDITION_FAILED = 412;

  /** With less time left, no attempt is made. */
  private static final Duration MIN_TIME = Duration.ofMillis(100);

  private final S3Location location;
  private final Function<S3Location, S3Client> clients;
  private volatile S3Client client;

  /**
   * Creates a store and connects it.
   *
   * @param clients builds the client, once now and once at each {@link #reconnect}
   */
  public S3ObjectStore(S3Location location, Function<S3Location, S3Client> clients) {
    this.location = location;
    this.clients = clients;
    this.client = clients.apply(location);
  }

  /** Returns a store with the credentials that Lambda provides. */
  public static S3ObjectStore connect(S3Location location) {
    return new S3ObjectStore(location, S3Clients::withFunctionCredentials);
  }

  /** Returns a store that does all but send, to load the classes that a first request needs. */
  public S3ObjectStore rehearsal() {
    return new S3ObjectStore(location, S3Clients::notSending);
  }

  @Override
  public void putNew(RawObject object, Deadline deadline) throws IOException {
    Duration remaining = deadline.remaining();
    if (remaining.compareTo(MIN_TIME) <= 0) {
      throw new IOException("Cannot store the object: no time is left.");
    }
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(location.bucket())
            .key(object.key())
            .contentType(object.contentType())
            .ifNoneMatch("*")
            .checksumCRC32C(checksum(object.body()))
            .overrideConfiguration(override -> override.apiCallTimeout(remaining))
            .build();
    RequestBody body =
        RequestBody.fromContentProvider(
            ContentStreamProvider.fromByteArrayUnsafe(object.body()),
            object.body().length,
            object.contentType());
    try {
      client.putObject(request, body);
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED && (object.repeatable() || isRetry(e))) {
        return;
      }
      throw failure("S3 answered " + e.statusCode() + code(e));
    } catch (SdkException e) {
      throw failure("S3 did not answer (" + rootCause(e).getClass().getSimpleName() + ")");
    }
  }

  private static boolean isRetry(S3Exception failure) {
    return failure.numAttempts() != null && failure.numAttempts() > 1;
  }

  private static IOException failure(String reason) {
    return new IOException("Cannot store the object: " + reason + ".");
  }

  private static String code(S3Exception failure) {
    return failure.awsErrorDetails() == null || failure.awsErrorDetails().errorCode() == null
        ? ""
        : " " + failure.awsErrorDetails().errorCode();
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Returns the checksum that S3 compares with the body before it stores the object. */
  private static String checksum(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    int value = (int) crc.getValue();
    return Base64.getEncoder()
        .encodeToString(
            new byte[] {
              (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
            });
  }

  /**
   * Connects to S3 once to load name resolution and TLS, and keeps no connection. It sends an
   * unsigned HEAD of the bucket; any response of S3 will do.
   *
   * @throws IOException when S3 does not answer
   */
  public void greet() throws IOException {
    try (S3Client anonymous = S3Clients.anonymous(location)) {
      anonymous.headBucket(
          head ->
              head.bucket(location.bucket())
                  .overrideConfiguration(override -> override.putHeader("Connection", "close")));
    } catch (S3Exception e) {
      // S3 answered.
    } catch (SdkException e) {
      throw new IOException("Cannot reach S3: " + rootCause(e).getClass().getSimpleName() + ".", e);
    }
  }

  /** Closes the client. */
  public void disconnect() {
    client.close();
  }

  /** Replaces the client and its credentials. */
  public void reconnect() {
    client = clients.apply(location);
  }
}
