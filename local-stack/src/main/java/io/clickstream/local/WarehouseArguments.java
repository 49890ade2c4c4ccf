package io.clickstream.local;

import io.clickstream.etl.warehouse.Warehouse;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The arguments of commands that connect to a warehouse; they are those of the job. Each command
 * declares {@code --db-user} itself, and says what the user must be allowed to do.
 */
public final class WarehouseArguments {

  @Option(
      names = "--jdbc-url",
      paramLabel = "URL",
      required = true,
      description = "The warehouse: jdbc:postgresql://host:port/NAME")
  private String jdbcUrl;

  @Mixin private TlsArguments tls;

  /**
   * Returns the warehouse that the arguments name. The password is that of {@code DW_PASSWORD}.
   *
   * @param user the value of {@code --db-user}
   * @throws io.clickstream.etl.cli.UsageException for wrong arguments
   */
  public Warehouse open(String user) throws IOException {
    return tls.open(jdbcUrl, user, System.getenv("DW_PASSWORD"));
  }

  /** Returns {@code --jdbc-url}, to pass it on to the job. */
  public List<String> url() {
    return List.of("--jdbc-url", jdbcUrl);
  }

  /** Returns the given arguments about TLS, to pass them on to the job. */
  public List<String> tls() {
    return tls.given();
  }
}
