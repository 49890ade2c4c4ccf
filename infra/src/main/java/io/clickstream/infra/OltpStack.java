package io.clickstream.infra;

import java.util.List;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.ec2.CfnEIP;
import software.amazon.awscdk.services.ec2.CfnEIPAssociation;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * Creates the shop's own database with a minimal schema. Its host has a public address, because
 * Amplify calls from outside the VPC. Every port is closed until a parameter of the network opens
 * it.
 */
final class OltpStack extends PlatformStack {

  private final Secret shop;
  private final String publicAddress;

  OltpStack(Construct app, NetworkStack network, PlatformOptions options) {
    super(app, "Oltp", "the shop's database");
    CfnEIP address =
        CfnEIP.Builder.create(this, "ElasticIp")
            .domain("vpc")
            .tags(NetworkStack.named(name("oltp")))
            .build();
    shop =
        Secret.Builder.create(this, "ShopSecret")
            .description("User and password of the shop's DATABASE_URL")
            .generateSecretString(
                SecretStringGenerator.builder()
                    .secretStringTemplate("{\"username\":\"shop\"}")
                    .generateStringKey("password")
                    .excludePunctuation(true)
                    .passwordLength(32)
                    .build())
            .build();
    explain(
        shop,
        "AwsSolutions-SMG4",
        "A new value of the secret applies when the installation of the host runs again. The"
            + " shop must be deployed with it at the same time.");
    Role role = HostRole.create(this, "HostRole", "The shop's database host");
    HostRole.mayRead(role, shop.getSecretArn());
    DatabaseHost host =
        new DatabaseHost(
            this,
            new DatabaseHost.Place(
                "oltp",
                name("oltp"),
                network.publicSubnetId(),
                true,
                List.of(network.oltpGroupId()),
                network.availabilityZone(),
                "t3.small",
                20),
            role,
            Asset.Builder.create(this, "HostFolder")
                .path(options.home().resolve("infra/host/oltp").toString())
                .build(),
            shop.getSecretArn());
    // The address stays when the host is replaced or stopped, and DATABASE_URL with it.
    CfnEIPAssociation association =
        CfnEIPAssociation.Builder.create(this, "ElasticIpOfHost")
            .allocationId(address.getAttrAllocationId())
            .instanceId(host.instance().getRef())
            .build();
    // Another public address cuts the connections over which packages are downloaded.
    host.installAfter(association);
    publicAddress = address.getAttrPublicIp();
    output("Address", publicAddress, "Public address of the shop's database");
    output("ShopSecretArn", shop.getSecretArn(), "User and password of the shop's database");
  }

  /**
   * Returns the URL of the database for Prisma. CloudFormation resolves the password at deployment,
   * so no template contains it. {@code sslmode=require} encrypts, and does not check the
   * certificate, which the host signed itself.
   */
  String databaseUrl() {
    return Fn.join(
        "",
        List.of(
            "postgresql://shop:{{resolve:secretsmanager:",
            shop.getSecretArn(),
            ":SecretString:password::}}@",
            publicAddress,
            ":5432/shop?sslmode=require"));
  }
}
