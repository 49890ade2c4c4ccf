package io.clickstream.ingest.store;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;

/**
 * Requests of the JSON protocol of AWS, version 1.1, for services whose client library would slow
 * down starts.
 *
 * @param service the name that requests are signed for
 * @param region the region that requests are signed for
 */
record SignedRequests(URI address, String service, String region) {

  /**
   * Returns the requests to a service.
   *
   * @param endpoint another server than AWS's
   */
  static SignedRequests to(String service, String region, Optional<URI> endpoint) {
    String suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    URI address =
        endpoint.orElse(URI.create("https://" + service + "." + region + suffix)).resolve("/");
    return new SignedRequests(address, service, region);
  }

  /**
   * Returns a signed request.
   *
   * @param target the operation, such as {@code Kinesis_20131202.PutRecords}
   * @param body JSON, not to be changed afterwards
   */
  HttpExecuteRequest of(String target, byte[] body, AwsCredentials credentials) {
    ContentStreamProvider payload = ContentStreamProvider.fromByteArrayUnsafe(body);
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .uri(address)
            .method(SdkHttpMethod.POST)
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            .putHeader("Content-Length", Integer.toString(body.length))
            .putHeader("X-Amz-Target", target)
            .build();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                sign ->
                    sign.identity(credentials)
                        .request(request)
                        .payload(payload)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region));
    return HttpExecuteRequest.builder()
        .request(signed.request())
        .contentStreamProvider(signed.payload().orElseThrow())
        .build();
  }
}
