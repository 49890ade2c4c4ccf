package io.clickstream.it.gateway;

import io.clickstream.local.gateway.HttpApi;
import io.clickstream.local.gateway.LambdaRuntime;
import io.clickstream.testing.Eventually;
import java.net.URI;
import java.nio.file.Path;

/** Runs the HTTP API in a process of its own until it is killed. Prints the port. */
final class HttpApiProcess {

  private HttpApiProcess() {}

  /**
   * Arguments: the S3 server's address, the number of processes, the queue's capacity, a folder.
   */
  public static void main(String[] arguments) throws Exception {
    LambdaRuntime runtime =
        new LambdaRuntime(
            DeployableFunction.storingOn(URI.create(arguments[0])),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Path.of(arguments[3]));
    runtime.awaitReady(Eventually.LIMIT);
    HttpApi api = new HttpApi(runtime, 0, "unused");
    System.out.println(api.port());
    Thread.sleep(Long.MAX_VALUE);
  }
}
