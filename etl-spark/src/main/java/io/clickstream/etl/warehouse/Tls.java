package io.clickstream.etl.warehouse;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.Map;

/**
 * The protection of connections to the warehouse. TLS is required in any case.
 *
 * @param authorities PEM certificates of the authorities that may have signed the server's
 *     certificate, which must be for the host of the URL; if null, any certificate is accepted
 */
public record Tls(String authorities) implements Serializable {

  /** Returns TLS with a server that these PEM certificates prove. */
  public static Tls verified(String authorities) {
    return new Tls(authorities);
  }

  /** Returns TLS with a server of any certificate. */
  public static Tls unverified() {
    return new Tls(null);
  }

  /** Returns the connection properties of the JDBC driver. */
  Map<String, String> properties() throws SQLException {
    return authorities == null
        ? Map.of("sslmode", "require")
        : Map.of("sslmode", "verify-full", "sslrootcert", AuthoritiesFile.of(authorities));
  }
}
