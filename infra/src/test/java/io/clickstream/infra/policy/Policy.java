package io.clickstream.infra.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Evaluates a policy document as AWS does: an explicit denial wins, otherwise a statement must
 * allow the request.
 *
 * <p>The class knows the constructs that this platform's policies use. Any other construct throws
 * an {@link UnknownPolicyConstructException}, because a guess could hide a hole.
 */
public final class Policy {

  /** The decision of a policy about a request. */
  public enum Answer {
    ALLOWED,
    DENIED,
    SILENT
  }

  private static final String VERSION = "2012-10-17";
  private static final Set<String> DOCUMENT_KEYS = Set.of("Version", "Statement");
  private static final Set<String> STATEMENT_KEYS =
      Set.of("Sid", "Effect", "Principal", "Action", "Resource", "Condition");

  private final List<Statement> statements = new ArrayList<>();

  /**
   * Reads a policy document.
   *
   * @param principals whether statements name principals; policies of resources do, policies of
   *     roles do not
   */
  public Policy(JsonNode document, Intrinsics intrinsics, String stack, boolean principals) {
    requireKeys(document, DOCUMENT_KEYS);
    if (!document.path("Version").asText().equals(VERSION)) {
      throw new UnknownPolicyConstructException("version " + document.path("Version"));
    }
    for (JsonNode statement : list(document.path("Statement"))) {
      requireKeys(statement, STATEMENT_KEYS);
      if (statement.has("Principal") != principals) {
        throw new UnknownPolicyConstructException(
            (principals ? "no principal: " : "a principal: ") + statement);
      }
      statements.add(Statement.read(statement, intrinsics, stack));
    }
  }

  /** Returns the decision about a request of a principal: an ARN, or the name of a service. */
  public Answer answer(String principal, Request request) {
    Answer answer = Answer.SILENT;
    for (Statement statement : statements) {
      if (statement.concerns(principal, request)) {
        if (!statement.allows()) {
          return Answer.DENIED;
        }
        answer = Answer.ALLOWED;
      }
    }
    return answer;
  }

  /** Returns all allowed actions, as written. */
  public Set<String> allowedActions() {
    Set<String> actions = new java.util.TreeSet<>();
    statements.stream().filter(Statement::allows).forEach(each -> actions.addAll(each.actions()));
    return actions;
  }

  private static void requireKeys(JsonNode object, Set<String> known) {
    object
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw new UnknownPolicyConstructException(key + " in " + object);
              }
            });
  }

  private static List<JsonNode> list(JsonNode value) {
    List<JsonNode> values = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(values::add);
    } else if (!value.isMissingNode()) {
      values.add(value);
    }
    return values;
  }

  private record Statement(
      boolean allows,
      List<String> principals,
      List<String> actions,
      List<String> resources,
      Map<String, Map<String, List<String>>> conditions) {

    static Statement read(JsonNode node, Intrinsics intrinsics, String stack) {
      String effect = node.path("Effect").asText();
      if (!effect.equals("Allow") && !effect.equals("Deny")) {
        throw new UnknownPolicyConstructException("effect " + node.path("Effect"));
      }
      Map<String, Map<String, List<String>>> conditions = new TreeMap<>();
      for (Map.Entry<String, JsonNode> operator : node.path("Condition").properties()) {
        Map<String, List<String>> keys = new TreeMap<>();
        for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
          keys.put(key.getKey(), texts(key.getValue(), intrinsics, stack));
        }
        Condition.require(operator.getKey());
        conditions.put(operator.getKey(), keys);
      }
      return new Statement(
          effect.equals("Allow"),
          principals(node.path("Principal"), intrinsics, stack),
          texts(node.path("Action"), intrinsics, stack),
          texts(node.path("Resource"), intrinsics, stack),
          conditions);
    }

    private static List<String> principals(JsonNode node, Intrinsics intrinsics, String stack) {
      if (node.isMissingNode() || node.asText().equals("*")) {
        return List.of("*");
      }
      List<String> principals = new ArrayList<>();
      for (Map.Entry<String, JsonNode> kind : node.properties()) {
        if (!Set.of("AWS", "Service").contains(kind.getKey())) {
          throw new UnknownPolicyConstructException("principal " + node);
        }
        principals.addAll(texts(kind.getValue(), intrinsics, stack));
      }
      return principals;
    }

    private static List<String> texts(JsonNode value, Intrinsics intrinsics, String stack) {
      return list(value).stream().map(each -> intrinsics.resolve(stack, each)).toList();
    }

    /**
     * Returns whether the resource matches. A trust policy has no resource, because it belongs to
     * its role.
     */
    boolean concerns(String principal, Request request) {
      return principals.stream().anyMatch(each -> each.equals("*") || each.equals(principal))
          && actions.stream().anyMatch(each -> like(each, request.action(), true))
          && (resources.isEmpty()
              || resources.stream().anyMatch(each -> like(each, request.resource(), false)))
          && conditions.entrySet().stream()
              .allMatch(
                  operator ->
                      operator.getValue().entrySet().stream()
                          .allMatch(
                              key ->
                                  Condition.holds(
                                      operator.getKey(),
                                      key.getValue(),
                                      request.context().get(key.getKey()))));
    }
  }

  /** Evaluates a condition operator on a key that may have no value. */
  private static final class Condition {

    private static final Set<String> KNOWN =
        Set.of(
            "StringEquals",
            "StringEqualsIfExists",
            "StringLike",
            "ArnEquals",
            "ArnLike",
            "Bool",
            "Null",
            "NumericLessThan",
            "ForAllValues:StringEquals");

    static void require(String operator) {
      if (!KNOWN.contains(operator)) {
        throw new UnknownPolicyConstructException("condition operator " + operator);
      }
    }

    static boolean holds(String operator, List<String> wanted, List<String> actual) {
      if (operator.equals("ForAllValues:StringEquals")) {
        return actual == null || wanted.containsAll(actual);
      }
      if (operator.equals("Null")) {
        return wanted.contains(Boolean.toString(actual == null));
      }
      if (actual == null) {
        return operator.endsWith("IfExists");
      }
      return actual.stream()
          .anyMatch(value -> wanted.stream().anyMatch(one -> is(operator, one, value)));
    }

    private static boolean is(String operator, String wanted, String actual) {
      return switch (operator) {
        case "StringEquals", "StringEqualsIfExists", "Bool" -> wanted.equals(actual);
        case "StringLike", "ArnLike", "ArnEquals" -> like(wanted, actual, false);
        case "NumericLessThan" -> Double.parseDouble(actual) < Double.parseDouble(wanted);
        default -> throw new UnknownPolicyConstructException("condition operator " + operator);
      };
    }
  }

  private static boolean like(String pattern, String text, boolean anyCase) {
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.toCharArray()) {
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.toString(), anyCase ? Pattern.CASE_INSENSITIVE : 0)
        .matcher(text)
        .matches();
  }
}
