package io.clickstream.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Signed requests to one bucket: the SDK's signer on the SDK's HTTP client, without the SDK's S3
 * client around them, which takes longer to load than all the rest (ADR 10). Connections are kept.
 * Safe for use by several threads.
 */
final class S3Connection {

  private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

  private static final String KEPT_CONNECTIONS = "http.maxConnections";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);

  /** Signs what is never sent. */
  private static final AwsCredentialsIdentity NOBODY =
      AwsCredentialsIdentity.create("rehearsal", "rehearsal");

  private final S3Endpoint endpoint;
  private final Supplier<SdkHttpClient> clients;
  private final Supplier<AwsCredentialsProvider> logins;

  /** Ends requests that outlive their deadline; S3's answers are short, so none should. */
  private final ScheduledExecutorService guard = guard();

  private volatile SdkHttpClient http;
  private volatile AwsCredentialsProvider credentials;

  /**
   * @param clients makes one at the start, and one after each restore
   * @param logins likewise
   */
  S3Connection(
      S3Endpoint endpoint,
      Supplier<SdkHttpClient> clients,
      Supplier<AwsCredentialsProvider> logins) {
    this.endpoint = endpoint;
    this.clients = clients;
    this.logins = logins;
    connect();
  }

  /**
   * The JDK's own HTTP client behind the SDK's interface: the smallest. It keeps five idle
   * connections unless told otherwise, which would have most of a batch's PUTs connect anew.
   */
  static SdkHttpClient urlConnection() {
    if (System.getProperty(KEPT_CONNECTIONS) == null) {
      System.setProperty(KEPT_CONNECTIONS, Integer.toString(ParallelPuts.AT_ONCE));
    }
    return UrlConnectionHttpClient.builder()
        .connectionTimeout(CONNECT_TIMEOUT)
        .socketTimeout(READ_TIMEOUT)
        .build();
  }

  private static ScheduledExecutorService guard() {
    ScheduledThreadPoolExecutor guard =
        new ScheduledThreadPoolExecutor(
            1,
            run -> {
              Thread thread = new Thread(run, "deadlines");
              thread.setDaemon(true);
              return thread;
            });
    // Else each request, body and all, would be held until its deadline.
    guard.setRemoveOnCancelPolicy(true);
    return guard;
  }

  /** Environment variables, as functions have them; a container endpoint, as SnapStart has it. */
  static AwsCredentialsProvider functionCredentials() {
    return AwsCredentialsProviderChain.of(
        EnvironmentVariableCredentialsProvider.create(), ContainerCredentialsProvider.create());
  }

  /** Forgets connections and credentials, and has new ones made when they are needed. */
  void connect() {
    credentials = logins.get();
    http = clients.get();
  }

  /** Ends all connections. */
  void disconnect() {
    http.close();
  }

  /**
   * Puts an object unless its key is taken.
   *
   * @return the answer's head, its body still to be read
   */
  HttpExecuteResponse put(RawObject object, Deadline deadline) throws IOException {
    ContentStreamProvider body = ContentStreamProvider.fromByteArrayUnsafe(object.body());
    SdkHttpRequest request = signed(object, body, credentials.resolveCredentials());
    ExecutableHttpRequest call =
        http.prepareRequest(
            HttpExecuteRequest.builder().request(request).contentStreamProvider(body).build());
    ScheduledFuture<?> end =
        guard.schedule(call::abort, deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    try {
      return call.call();
    } finally {
      end.cancel(false);
    }
  }

  private SdkHttpRequest signed(
      RawObject object, ContentStreamProvider body, AwsCredentialsIdentity identity) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.PUT)
            .uri(endpoint.of(object.key()))
            .putHeader("Content-Length", Integer.toString(object.body().length))
            .putHeader("Content-Type", object.contentType())
            .putHeader("If-None-Match", "*")
            .build();
    SignedRequest signed =
        SIGNER.sign(
            sign ->
                sign.identity(identity)
                    .request(request)
                    .payload(body)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, endpoint.region())
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false));
    return signed.request();
  }

  /** Signs an object's request, and leaves it at that. */
  void rehearse(RawObject object) {
    signed(object, ContentStreamProvider.fromByteArrayUnsafe(object.body()), NOBODY);
  }

  /**
   * Connects once and asks for nothing: an unsigned HEAD, whose refusal is as good an answer as
   * any. Name resolution and TLS are loaded then. The connection is not kept.
   */
  void greet() throws IOException {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.HEAD)
            .uri(endpoint.base())
            .putHeader("Connection", "close")
            .build();
    HttpExecuteResponse answer =
        http.prepareRequest(HttpExecuteRequest.builder().request(request).build()).call();
    if (answer.responseBody().isPresent()) {
      answer.responseBody().get().close();
    }
  }
}
