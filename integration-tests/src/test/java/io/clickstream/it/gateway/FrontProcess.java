package io.clickstream.it.gateway;

import io.clickstream.local.gateway.HttpApi;
import io.clickstream.local.gateway.LambdaRuntime;
import io.clickstream.testing.Eventually;
import java.net.URI;
import java.nio.file.Path;

/** Runs the HTTP API and its workers until the process is killed, and prints the port. */
final class FrontProcess {

  private FrontProcess() {}

  /** Takes the S3 endpoint, the number of workers, the queue's capacity, and a folder. */
  public static void main(String[] arguments) throws Exception {
    LambdaRuntime runtime =
        new LambdaRuntime(
            IngestWorkers.storingOn(URI.create(arguments[0])),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Path.of(arguments[3]));
    runtime.awaitReady(Eventually.LIMIT);
    HttpApi api = new HttpApi(runtime, 0);
    System.out.println(api.port());
    Thread.sleep(Long.MAX_VALUE);
  }
}
