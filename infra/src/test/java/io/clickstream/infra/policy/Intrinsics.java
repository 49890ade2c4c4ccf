package io.clickstream.infra.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Resolves CloudFormation's intrinsic functions into text for one account. Names that
 * CloudFormation generates become {@code {Stack.LogicalId}}.
 */
public final class Intrinsics {

  public static final String ACCOUNT = "123456789012";
  public static final String REGION = "ap-southeast-1";

  private static final Map<String, String> PSEUDO_PARAMETERS =
      Map.of(
          "AWS::AccountId",
          ACCOUNT,
          "AWS::Region",
          REGION,
          "AWS::Partition",
          "aws",
          "AWS::URLSuffix",
          "amazonaws.com");
  private static final Pattern IN_SUB = Pattern.compile("\\$\\{([A-Za-z0-9:.]+)}");

  private final Map<String, JsonNode> templates;

  /** Creates a resolver for templates by stack name. */
  public Intrinsics(Map<String, JsonNode> templates) {
    this.templates = templates;
  }

  /** Returns a value of a stack's template as text. */
  public String resolve(String stack, JsonNode value) {
    if (value.isValueNode()) {
      return value.asText();
    }
    if (!value.isObject() || value.size() != 1) {
      throw unknown(value);
    }
    String function = value.fieldNames().next();
    JsonNode argument = value.get(function);
    return switch (function) {
      case "Ref" -> ref(stack, argument.asText());
      case "Fn::GetAtt" -> attribute(stack, argument.get(0).asText(), argument.get(1).asText());
      case "Fn::Join" ->
          elements(argument.get(1)).stream()
              .map(part -> resolve(stack, part))
              .collect(Collectors.joining(argument.get(0).asText()));
      case "Fn::Sub" -> sub(stack, argument);
      case "Fn::ImportValue" -> imported(resolve(stack, argument));
      default -> throw unknown(value);
    };
  }

  private String sub(String stack, JsonNode text) {
    if (!text.isTextual()) {
      throw unknown(text);
    }
    Matcher matcher = IN_SUB.matcher(text.asText());
    return matcher.replaceAll(
        found -> {
          int dot = found.group(1).indexOf('.');
          String name = found.group(1);
          return Matcher.quoteReplacement(
              dot < 0
                  ? ref(stack, name)
                  : attribute(stack, name.substring(0, dot), name.substring(dot + 1)));
        });
  }

  private String ref(String stack, String name) {
    if (PSEUDO_PARAMETERS.containsKey(name)) {
      return PSEUDO_PARAMETERS.get(name);
    }
    JsonNode template = templates.get(stack);
    if (!template.path("Parameters").has(name) && !template.path("Resources").has(name)) {
      throw new UnknownPolicyConstructException(stack + " has no " + name);
    }
    return "{" + stack + "." + name + "}";
  }

  /** Returns the ARN of a bucket built from its name, so that both notations are equal. */
  private String attribute(String stack, String resource, String attribute) {
    String type = templates.get(stack).at("/Resources/" + resource + "/Type").asText();
    if (type.equals("AWS::S3::Bucket") && attribute.equals("Arn")) {
      return "arn:aws:s3:::" + ref(stack, resource);
    }
    ref(stack, resource);
    return "{" + stack + "." + resource + "." + attribute + "}";
  }

  private String imported(String export) {
    for (Map.Entry<String, JsonNode> template : templates.entrySet()) {
      for (JsonNode output : template.getValue().path("Outputs")) {
        if (output.at("/Export/Name").asText().equals(export)) {
          return resolve(template.getKey(), output.get("Value"));
        }
      }
    }
    throw new UnknownPolicyConstructException("no stack exports " + export);
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  private static UnknownPolicyConstructException unknown(JsonNode value) {
    return new UnknownPolicyConstructException("unknown function: " + value);
  }
}
