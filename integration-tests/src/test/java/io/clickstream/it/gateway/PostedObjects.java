package io.clickstream.it.gateway;

import io.clickstream.local.gateway.HttpApi;
import io.clickstream.local.gateway.LambdaRuntime;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.RecordingS3;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The raw objects of posted bodies, copied from S3 to files.
 *
 * @param answers status and body of each response
 * @param objects the number of raw objects
 * @param root the root folder of the raw objects
 */
public record PostedObjects(List<String> answers, int objects, URI root) {

  /**
   * Posts bodies to the function through the local HTTP API.
   *
   * @param settings environment variables of the function
   */
  public static PostedObjects of(Path folder, Map<String, String> settings, String... bodies)
      throws Exception {
    List<String> answers = new ArrayList<>();
    Path bucket = folder.resolve("s3");
    try (RecordingS3 s3 = new RecordingS3();
        LambdaRuntime runtime =
            new LambdaRuntime(
                DeployableFunction.storingOn(s3.endpoint(), settings),
                1,
                8,
                folder.resolve("work"));
        HttpApi api = new HttpApi(runtime, 0, "unused")) {
      runtime.awaitReady(Eventually.LIMIT);
      for (String body : bodies) {
        HttpResponse<String> answer =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(api.endpoint())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                    HttpResponse.BodyHandlers.ofString());
        answers.add(answer.statusCode() + " " + answer.body());
      }
      for (Map.Entry<String, String> object : s3.objects().entrySet()) {
        new RawFolder(bucket)
            .write(
                object.getKey().substring(1), object.getValue().getBytes(StandardCharsets.UTF_8));
      }
      return new PostedObjects(
          answers,
          s3.objects().size(),
          bucket.resolve(DeployableFunction.BUCKET).resolve("events").toUri());
    }
  }
}
