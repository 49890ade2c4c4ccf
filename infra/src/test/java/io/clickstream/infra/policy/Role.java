package io.clickstream.infra.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A role of the synthesized templates with all its policies. */
public final class Role {

  private static final Set<String> KNOWN_PROPERTIES =
      Set.of("AssumeRolePolicyDocument", "Description", "Policies", "Tags");

  private final String name;
  private final Policy trust;
  private final List<Policy> policies = new ArrayList<>();

  private Role(String name, Policy trust) {
    this.name = name;
    this.trust = trust;
  }

  /** Returns all roles of all stacks by {@code Stack.LogicalId}. */
  public static List<Role> all(Map<String, JsonNode> templates) {
    Intrinsics intrinsics = new Intrinsics(templates);
    List<Role> roles = new ArrayList<>();
    templates.forEach(
        (stack, template) ->
            template
                .path("Resources")
                .properties()
                .forEach(
                    resource -> {
                      requireKnownType(resource.getValue().path("Type").asText());
                      if (resource.getValue().path("Type").asText().equals("AWS::IAM::Role")) {
                        roles.add(read(template, stack, resource.getKey(), intrinsics));
                      }
                    }));
    return roles;
  }

  /** Fails on managed policies and boundaries, because their text is not in the template. */
  private static void requireKnownType(String type) {
    if (type.startsWith("AWS::IAM::")
        && !Set.of("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::InstanceProfile")
            .contains(type)) {
      throw new UnknownPolicyConstructException(type);
    }
  }

  private static Role read(
      JsonNode template, String stack, String logicalId, Intrinsics intrinsics) {
    JsonNode properties = template.at("/Resources/" + logicalId + "/Properties");
    properties
        .fieldNames()
        .forEachRemaining(
            property -> {
              if (!KNOWN_PROPERTIES.contains(property)) {
                // The text of managed policies and boundaries is not in the template.
                throw new UnknownPolicyConstructException(property + " of role " + logicalId);
              }
            });
    Role role =
        new Role(
            stack + "." + logicalId,
            new Policy(properties.path("AssumeRolePolicyDocument"), intrinsics, stack, true));
    for (JsonNode inline : properties.path("Policies")) {
      role.policies.add(new Policy(inline.path("PolicyDocument"), intrinsics, stack, false));
    }
    for (JsonNode resource : template.path("Resources")) {
      if (resource.path("Type").asText().equals("AWS::IAM::Policy")) {
        JsonNode attached = resource.path("Properties");
        if (attached.has("Users") || attached.has("Groups")) {
          throw new UnknownPolicyConstructException("a policy of users or groups");
        }
        for (JsonNode of : attached.path("Roles")) {
          if (intrinsics.resolve(stack, of).equals("{" + stack + "." + logicalId + "}")) {
            role.policies.add(
                new Policy(attached.path("PolicyDocument"), intrinsics, stack, false));
          }
        }
      }
    }
    return role;
  }

  /** Returns whether the policies of the role allow a request. */
  public boolean may(Request request) {
    boolean allowed = false;
    for (Policy policy : policies) {
      switch (policy.answer("*", request)) {
        case DENIED -> {
          return false;
        }
        case ALLOWED -> allowed = true;
        case SILENT -> {}
      }
    }
    return allowed;
  }

  /** Returns whether a service may assume the role. */
  public boolean trusts(String service, Request assumption) {
    return trust.answer(service, assumption) == Policy.Answer.ALLOWED;
  }

  /** Returns all actions of its policies. */
  public Set<String> actions() {
    Set<String> actions = new TreeSet<>();
    policies.forEach(policy -> actions.addAll(policy.allowedActions()));
    return actions;
  }

  /** Returns {@code Stack.LogicalId}. */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
