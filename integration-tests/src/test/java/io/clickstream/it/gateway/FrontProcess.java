package io.clickstream.it.gateway;

import io.clickstream.local.gateway.HttpApi;
import io.clickstream.local.gateway.LambdaRuntime;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** The front with its workers in a process of its own, until that is killed; prints its port. */
final class FrontProcess {

  private FrontProcess() {}

  /** Takes the S3 server's address, how many workers and how much waits, and a folder. */
  public static void main(String[] arguments) throws Exception {
    LambdaRuntime runtime =
        new LambdaRuntime(
            IngestWorkers.storingOn(URI.create(arguments[0])),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Path.of(arguments[3]));
    runtime.awaitReady(Duration.ofSeconds(60));
    HttpApi api = new HttpApi(runtime, 0);
    System.out.println(api.port());
    Thread.sleep(Duration.ofMinutes(10).toMillis());
  }
}
