package io.clickstream.infra;

import java.util.List;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/** The role of a host that is administered through Systems Manager, without an open port. */
final class HostRole {

  private HostRole() {}

  /**
   * Creates a role with the permissions that the Systems Manager agent needs to register, receive
   * commands and carry sessions. AWS's managed policy would also let the host read every parameter
   * of the account.
   */
  static Role create(Construct stack, String id, String description) {
    Role role =
        Role.Builder.create(stack, id)
            .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
            .description(description)
            .build();
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(
                List.of(
                    "ssm:UpdateInstanceInformation",
                    "ssm:ListAssociations",
                    "ssm:ListInstanceAssociations",
                    "ssm:DescribeAssociation",
                    "ssm:UpdateAssociationStatus",
                    "ssm:UpdateInstanceAssociationStatus",
                    "ssm:DescribeDocument",
                    "ssm:GetDocument",
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel"))
            .resources(List.of("*"))
            .build());
    PlatformStack.explain(
        role,
        "AwsSolutions-IAM5",
        "The agent's own actions have no resources, or use documents of AWS.",
        "Resource::*");
    return role;
  }

  /** Grants read access to secrets, and nothing else. */
  static void mayRead(Role role, String... secretArns) {
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("secretsmanager:GetSecretValue"))
            .resources(List.of(secretArns))
            .build());
  }

  /** Grants read access to single objects. */
  static void mayGet(Role role, String... objectArns) {
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:GetObject"))
            .resources(List.of(objectArns))
            .build());
  }
}
