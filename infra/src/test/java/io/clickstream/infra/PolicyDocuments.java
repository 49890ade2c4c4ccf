package io.clickstream.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.clickstream.infra.policy.Intrinsics;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The policies of roles as AWS would see them, with plausible names of resources. */
final class PolicyDocuments {

  private static final String ACCOUNT = Intrinsics.REGION + ":" + Intrinsics.ACCOUNT + ":";

  /** ARNs of resources whose reference or attribute is an ARN. */
  private static final Map<String, String> ARNS =
      Map.of(
          "AWS::SecretsManager::Secret", "arn:aws:secretsmanager:" + ACCOUNT + "secret:x-AbCdEf",
          "AWS::SQS::Queue", "arn:aws:sqs:" + ACCOUNT + "queue",
          "AWS::EMRServerless::Application",
              "arn:aws:emr-serverless:" + ACCOUNT + "/applications/00app",
          "AWS::IAM::Role", "arn:aws:iam::" + Intrinsics.ACCOUNT + ":role/job",
          "AWS::Logs::LogGroup", "arn:aws:logs:" + ACCOUNT + "log-group:group:*");

  private static final Pattern GENERATED =
      Pattern.compile("\\{([^.{}]+)\\.([^.{}]+)(?:\\.[^{}]+)?}");

  private PolicyDocuments() {}

  /** Returns the policies of all roles by stack and logical id. */
  static Map<String, String> of(Synthesis platform) {
    Map<String, String> documents = new TreeMap<>();
    Intrinsics intrinsics = new Intrinsics(platform.templates());
    platform
        .templates()
        .forEach(
            (stack, template) ->
                template
                    .path("Resources")
                    .properties()
                    .forEach(
                        resource -> {
                          if (resource
                              .getValue()
                              .path("Type")
                              .asText()
                              .equals("AWS::IAM::Policy")) {
                            documents.put(
                                stack + "." + resource.getKey(),
                                resolved(
                                        platform,
                                        intrinsics,
                                        stack,
                                        resource.getValue().at("/Properties/PolicyDocument"))
                                    .toString());
                          }
                        }));
    return documents;
  }

  private static JsonNode resolved(
      Synthesis platform, Intrinsics intrinsics, String stack, JsonNode value) {
    if (value.isArray()) {
      ArrayNode array = new ObjectMapper().createArrayNode();
      value.forEach(each -> array.add(resolved(platform, intrinsics, stack, each)));
      return array;
    }
    if (value.isObject()) {
      if (value.has("Ref") || value.fieldNames().next().startsWith("Fn::")) {
        return TextNode.valueOf(named(platform, intrinsics.resolve(stack, value)));
      }
      ObjectNode object = new ObjectMapper().createObjectNode();
      value
          .properties()
          .forEach(
              field ->
                  object.set(
                      field.getKey(), resolved(platform, intrinsics, stack, field.getValue())));
      return object;
    }
    return value;
  }

  private static String named(Synthesis platform, String text) {
    return GENERATED
        .matcher(text)
        .replaceAll(
            found -> {
              String type =
                  platform
                      .templates()
                      .get(found.group(1))
                      .at("/Resources/" + found.group(2) + "/Type")
                      .asText();
              return Matcher.quoteReplacement(ARNS.getOrDefault(type, "generated-name"));
            });
  }
}
