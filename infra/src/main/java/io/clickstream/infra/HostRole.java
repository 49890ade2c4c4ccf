package io.clickstream.infra;

import java.util.List;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/** The role of a host that people reach through Systems Manager, and by no open port. */
final class HostRole {

  private HostRole() {}

  /**
   * A role with what the agent of Systems Manager needs to register, take commands and carry
   * sessions. AWS's own policy for that would also let the host read every parameter of the
   * account.
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
        "The agent's own actions know no resources, or documents of AWS's.",
        "Resource::*");
    return role;
  }

  /** Lets it read, and do nothing else to, some secrets. */
  static void mayRead(Role role, String... secretArns) {
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("secretsmanager:GetSecretValue"))
            .resources(List.of(secretArns))
            .build());
  }

  /** Lets it read single objects. */
  static void mayGet(Role role, String... objectArns) {
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:GetObject"))
            .resources(List.of(objectArns))
            .build());
  }
}
