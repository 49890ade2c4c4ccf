package io.clickstream.etl.source.s3;

import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.Invoker;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ARetryPolicy;
import org.apache.hadoop.fs.s3a.impl.AWSClientConfig;
import org.apache.hadoop.io.retry.RetryPolicy.RetryAction;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Reads objects of a bucket, each with one signed GET: with the signer and the HTTP client of the
 * AWS SDK, but without the SDK's request pipeline and without the streams of S3A.
 *
 * <p>S3A supplies endpoint, region, credentials, connections, timeouts, proxy, TLS, retries and the
 * exceptions for error responses.
 */
final class SignedGets {

  private static final String USER_AGENT = "clickstream-etl";
  private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();
  private static final int MAX_ERROR_BYTES = 16 << 10;
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private final SdkHttpClient http;
  private final AwsCredentialsProvider credentials;
  private final String region;
  private final SdkHttpFullRequest getBucket;
  private final S3ARetryPolicy retryPolicy;
  private final Invoker invoker;
  private volatile boolean answered;

  private SignedGets(
      SdkHttpClient http,
      AwsCredentialsProvider credentials,
      String region,
      URI bucket,
      S3ARetryPolicy retryPolicy) {
    this.http = http;
    this.credentials = credentials;
    this.region = region;
    this.getBucket =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.GET)
            .uri(bucket)
            .putHeader("User-Agent", USER_AGENT)
            .build();
    this.retryPolicy = retryPolicy;
    this.invoker =
        new Invoker(
            (error, retries, failovers, idempotent) ->
                answered
                    ? retryPolicy.shouldRetry(error, retries, failovers, idempotent)
                    : RetryAction.FAIL,
            Invoker.NO_OP);
  }

  /** Returns a reader of the bucket of a file system. */
  static SignedGets of(S3AFileSystem fileSystem) throws IOException {
    String purpose = "to read raw objects";
    Configuration configuration = fileSystem.getConf();
    String bucket = fileSystem.getBucket();
    S3Client client = fileSystem.getS3AInternals().getAmazonS3Client(purpose);
    SdkHttpClient http =
        AWSClientConfig.createHttpClientBuilder(configuration)
            .proxyConfiguration(AWSClientConfig.createProxyConfiguration(configuration, bucket))
            .build();
    // The client builds URLs of objects only, so the bucket's is one without its key.
    String any = client.utilities().getUrl(url -> url.bucket(bucket).key("x")).toExternalForm();
    return new SignedGets(
        http,
        fileSystem.getS3AInternals().shareCredentials(purpose),
        client.serviceClientConfiguration().region().id(),
        URI.create(any.substring(0, any.length() - 1)),
        new S3ARetryPolicy(configuration));
  }

  /**
   * Reads an object. Once S3 has answered a direct GET, a transient error is retried as often and
   * as slowly as {@code fs.s3a.retry.*} says.
   *
   * @param reader takes the body of each attempt; its result is returned
   * @throws FileNotFoundException when the bucket has no such object
   * @throws IOException as S3A would throw it
   */
  <T> T read(String key, FunctionRaisingIOE<InputStream, T> reader) throws IOException {
    return invoker.retry("read", key, true, () -> readOnce(key, reader));
  }

  private <T> T readOnce(String key, FunctionRaisingIOE<InputStream, T> reader) throws IOException {
    try (InputStream body = open(key)) {
      return reader.apply(body);
    } catch (SdkException e) {
      throw e; // The invoker translates it.
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  private InputStream open(String key) throws IOException {
    SdkHttpRequest get =
        getBucket.toBuilder()
            .encodedPath(getBucket.encodedPath() + SdkHttpUtils.urlEncodeIgnoreSlashes(key))
            .build();
    HttpExecuteResponse response =
        http.prepareRequest(HttpExecuteRequest.builder().request(signed(get)).build()).call();
    int status = response.httpResponse().statusCode();
    InputStream body =
        new Body(response.responseBody().orElseGet(AbortableInputStream::createEmpty));
    answered |= status == OK || status == TOO_MANY_REQUESTS || status >= SERVER_ERROR;
    if (status == OK) {
      return body;
    }
    try (body) {
      throw error(response, new String(body.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8));
    }
  }

  /** Returns whether S3 has accepted a request as valid, if only to throttle it. */
  boolean hasAnswered() {
    return answered;
  }

  /** Returns whether S3A would retry a request that failed with this error. */
  boolean isTransient(IOException error) {
    try {
      return retryPolicy.shouldRetry(error, 0, 0, true).action != RetryAction.FAIL.action;
    } catch (Exception e) {
      return false;
    }
  }

  private SdkHttpRequest signed(SdkHttpRequest request) {
    AwsCredentials current = credentials.resolveCredentials();
    // The anonymous credentials of S3A have no key.
    return current.accessKeyId() == null
        ? request
        : signed(request, current, region, Clock.systemUTC());
  }

  /** Returns a request without a body, signed with AWS Signature Version 4 as S3 requires. */
  static SdkHttpRequest signed(
      SdkHttpRequest request, AwsCredentials credentials, String region, Clock clock) {
    return SIGNER
        .sign(
            signing ->
                signing
                    .identity(credentials)
                    .request(request)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                    .putProperty(HttpSigner.SIGNING_CLOCK, clock))
        .request();
  }

  private static SdkException error(HttpExecuteResponse response, String xml) {
    int status = response.httpResponse().statusCode();
    String message = element(xml, "Message");
    return S3Exception.builder()
        .statusCode(status)
        .message(message)
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .serviceName("S3")
                .errorCode(element(xml, "Code"))
                .errorMessage(message)
                .sdkHttpResponse(response.httpResponse())
                .build())
        .build();
  }

  /** Returns the text of an element of an error response, which is flat XML. */
  private static String element(String xml, String name) {
    int start = xml.indexOf("<" + name + ">");
    int end = xml.indexOf("</" + name + ">");
    return start < 0 || end < start ? "" : xml.substring(start + name.length() + 2, end);
  }

  /** Returns the connection to the pool after a whole body, and closes it after a part of one. */
  private static final class Body extends FilterInputStream {

    private final AbortableInputStream body;
    private boolean ended;

    Body(AbortableInputStream body) {
      super(body);
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      int read = body.read();
      ended |= read < 0;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = body.read(bytes, offset, length);
      ended |= read < 0;
      return read;
    }

    @Override
    public void close() throws IOException {
      if (ended) {
        body.close();
      } else {
        body.abort();
      }
    }
  }
}
