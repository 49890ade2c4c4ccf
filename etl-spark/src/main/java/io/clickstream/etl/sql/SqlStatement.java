package io.clickstream.etl.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A SQL statement in a resource, {@code <name>.sql} in the package of the class that uses it.
 *
 * <p>A resource has two kinds of placeholders, both named in {@code lower_snake_case}:
 *
 * <ul>
 *   <li>{@code ${staging_events}} is replaced by SQL of our own: an identifier, a number or a
 *       subquery. It must never come from input.
 *   <li>{@code :hour} is a value that JDBC binds, see {@link NamedStatement}.
 * </ul>
 *
 * The two forms differ, so that a reader sees which values reach the server as text. The
 * placeholder templater of sqlfluff knows both. A cast ({@code ::date}) is not a placeholder.
 *
 * <p>Instances are immutable.
 */
public final class SqlStatement {

  private static final Pattern FRAGMENT = Pattern.compile("\\$\\{([a-z][a-z0-9_]*)}");

  private final String resource;
  private final String text;

  private SqlStatement(String resource, String text) {
    this.resource = resource;
    this.text = text;
  }

  /**
   * Reads a statement.
   *
   * @param owner a class of the package that holds the resource
   * @param name the resource's name without {@code .sql}
   * @throws IllegalArgumentException if there is no such resource
   */
  public static SqlStatement of(Class<?> owner, String name) {
    String file = name + ".sql";
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "Cannot find the SQL resource %s of %s.".formatted(file, owner.getName()));
      }
      return new SqlStatement(
          file, new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the SQL resource " + file + ".", e);
    }
  }

  /** Returns a statement of a few lines, which needs no resource. */
  public static SqlStatement inline(String text) {
    return new SqlStatement(text, text);
  }

  /**
   * Returns this statement with each {@code ${placeholder}} replaced.
   *
   * @param sql an identifier or other SQL of our own; it is inserted unchanged
   * @throws IllegalArgumentException if the statement has no such placeholder
   */
  public SqlStatement with(String placeholder, String sql) {
    String replaced = text.replace("${" + placeholder + "}", sql);
    if (replaced.equals(text)) {
      throw new IllegalArgumentException(
          "Cannot replace ${%s}: %s has no such placeholder.".formatted(placeholder, resource));
    }
    return new SqlStatement(resource, replaced);
  }

  /** Returns this statement with each {@code ${placeholder}} replaced by a number. */
  public SqlStatement with(String placeholder, long number) {
    return with(placeholder, Long.toString(number));
  }

  /** Returns this statement with each {@code ${placeholder}} replaced by a complete statement. */
  public SqlStatement with(String placeholder, SqlStatement fragment) {
    return with(placeholder, fragment.text());
  }

  /**
   * Returns the SQL.
   *
   * @throws IllegalStateException if a {@code ${placeholder}} has no replacement
   */
  public String text() {
    List<String> missing = new ArrayList<>();
    Matcher placeholder = FRAGMENT.matcher(text);
    while (placeholder.find()) {
      if (!missing.contains(placeholder.group())) {
        missing.add(placeholder.group());
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "Cannot use %s: %s has no replacement.".formatted(resource, String.join(", ", missing)));
    }
    return text;
  }

  /** Returns the SQL, see {@link #text()}. */
  @Override
  public String toString() {
    return text();
  }
}
