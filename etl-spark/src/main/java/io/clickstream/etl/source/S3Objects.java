package io.clickstream.etl.source;

import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.impl.AWSClientConfig;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
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
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * The objects of a bucket, each by one plain signed GET: the AWS SDK's signer and HTTP client with
 * the endpoint, region, credentials, connections, timeouts, proxy and TLS that S3A is configured
 * for, but nothing of what S3A and the SDK do around a request.
 */
final class S3Objects {

  private static final String USER_AGENT = "clickstream-etl";
  private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();
  private static final int ERROR_BYTES = 16 << 10;

  private final SdkHttpClient http;
  private final AwsCredentialsProvider credentials;
  private final String region;
  private final SdkHttpFullRequest getBucket;
  private final Clock clock;
  private volatile boolean answered;

  private S3Objects(
      SdkHttpClient http, AwsCredentialsProvider credentials, String region, URI bucket) {
    this.http = http;
    this.credentials = credentials;
    this.region = region;
    this.getBucket =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.GET)
            .uri(bucket)
            .putHeader("User-Agent", USER_AGENT)
            .build();
    this.clock = Clock.systemUTC();
  }

  /** Those of the bucket that a file system of S3A is for. */
  static S3Objects of(S3AFileSystem fileSystem) throws IOException {
    String purpose = "to read raw objects";
    Configuration configuration = fileSystem.getConf();
    String bucket = fileSystem.getBucket();
    S3Client client = fileSystem.getS3AInternals().getAmazonS3Client(purpose);
    SdkHttpClient http =
        AWSClientConfig.createHttpClientBuilder(configuration)
            .proxyConfiguration(AWSClientConfig.createProxyConfiguration(configuration, bucket))
            .build();
    // Where the bucket is, the client tells by way of an object.
    String any = client.utilities().getUrl(url -> url.bucket(bucket).key("x")).toExternalForm();
    return new S3Objects(
        http,
        fileSystem.getS3AInternals().shareCredentials(purpose),
        client.serviceClientConfiguration().region().id(),
        URI.create(any.substring(0, any.length() - 1)));
  }

  /**
   * Opens an object.
   *
   * @throws FileNotFoundException when there is none
   * @throws ThrottledException when S3 asks for patience
   * @throws RefusedException when the same request would be refused again
   */
  InputStream open(String key) throws IOException {
    SdkHttpRequest get =
        getBucket.toBuilder()
            .encodedPath(getBucket.encodedPath() + SdkHttpUtils.urlEncodeIgnoreSlashes(key))
            .build();
    HttpExecuteResponse answer =
        http.prepareRequest(HttpExecuteRequest.builder().request(signed(get)).build()).call();
    int status = answer.httpResponse().statusCode();
    InputStream body = new Body(answer.responseBody().orElseGet(AbortableInputStream::createEmpty));
    answered |= status == 200 || status == 429 || status >= 500;
    if (status == 200) {
      return body;
    }
    try (body) {
      throw fault(status, new String(body.readNBytes(ERROR_BYTES), StandardCharsets.UTF_8), key);
    }
  }

  /** Whether S3 took any request for a good one, if only to ask for patience. */
  boolean hasAnswered() {
    return answered;
  }

  private SdkHttpRequest signed(SdkHttpRequest request) {
    AwsCredentials current = credentials.resolveCredentials();
    // Anonymous, as S3A has it.
    return current.accessKeyId() == null ? request : signed(request, current, region, clock);
  }

  /** A request without a body, signed by AWS Signature Version 4 as S3 wants it. */
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

  private static IOException fault(int status, String answer, String key) {
    String code = element(answer, "Code");
    String what =
        code.isEmpty() ? "" + status : status + " " + code + ": " + element(answer, "Message");
    return switch (status) {
      case 404 -> new FileNotFoundException(key + ": " + what);
      case 429, 503 -> new ThrottledException(what);
      default -> status >= 500 ? new IOException(what) : new RefusedException(what);
    };
  }

  /** The text of S3's answer to a failed request is flat XML of known names. */
  private static String element(String xml, String name) {
    int start = xml.indexOf("<" + name + ">");
    int end = xml.indexOf("</" + name + ">");
    return start < 0 || end < start ? "" : xml.substring(start + name.length() + 2, end);
  }

  /** Leaves the connection to the next request if read to its end, and breaks it if not. */
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
