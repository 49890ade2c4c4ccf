package io.clickstream.ingest.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/** An HTTP client that reads each request's body and answers 200 without sending anything. */
final class NotSendingHttpClient implements SdkHttpClient {

  private static final int OK = 200;

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        if (request.contentStreamProvider().isPresent()) {
          try (InputStream body = request.contentStreamProvider().get().newStream()) {
            body.transferTo(OutputStream.nullOutputStream());
          }
        }
        return HttpExecuteResponse.builder()
            .response(SdkHttpResponse.builder().statusCode(OK).build())
            .build();
      }

      @Override
      public void abort() {
        // Nothing is in flight.
      }
    };
  }

  @Override
  public void close() {
    // There is no connection.
  }
}
