package io.clickstream.local.diff;

import io.clickstream.etl.sql.CopiedRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table that both warehouses have, and how its rows are read in an order that both servers share.
 *
 * @param name the table's name
 * @param key columns of the primary key
 * @param values the other columns that both tables have
 * @param columnsOnlyOld columns that only the old table has
 * @param columnsOnlyNew columns that only the new table has
 */
record ComparedTable(
    String name,
    List<KeyColumn> key,
    List<String> values,
    List<String> columnsOnlyOld,
    List<String> columnsOnlyNew) {

  private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");
  private static final Set<String> BYTES = Set.of("uuid", "text", "character varying", "bytea");

  /** The order of a key column, which does not depend on the server's collations. */
  enum Order {
    /** Whole numbers. */
    NUMBER,
    /** Unsigned bytes, in which text of collation C, UUIDs and byte strings sort. */
    BYTES,
    /** Bytes of the value's text form. */
    TEXT_FORM
  }

  /** A column of the primary key. */
  record KeyColumn(String name, Order order) {

    String selected() {
      return order == Order.TEXT_FORM ? quoted(name) + "::text" : quoted(name);
    }

    String ordered(boolean isText) {
      return order == Order.TEXT_FORM || isText ? selected() + " COLLATE \"C\"" : selected();
    }
  }

  /**
   * Returns the table of two warehouses.
   *
   * @return nothing if their primary keys differ or are missing, or the user may not read one
   */
  static Optional<ComparedTable> of(String name, TableColumns old, TableColumns current) {
    if (old.key().isEmpty()
        || !old.key().equals(current.key())
        || !old.isReadable()
        || !current.isReadable()) {
      return Optional.empty();
    }
    return Optional.of(
        new ComparedTable(
            name,
            old.key().stream()
                .map(
                    column ->
                        new KeyColumn(
                            column, order(old.types().get(column), current.types().get(column))))
                .toList(),
            old.types().keySet().stream()
                .filter(column -> !old.key().contains(column))
                .filter(current.types()::containsKey)
                .toList(),
            without(old, current),
            without(current, old)));
  }

  private static List<String> without(TableColumns table, TableColumns other) {
    List<String> columns = new ArrayList<>(table.types().keySet());
    columns.removeAll(other.types().keySet());
    return columns;
  }

  private static Order order(String old, String current) {
    if (INTEGERS.contains(old) && INTEGERS.contains(current)) {
      return Order.NUMBER;
    }
    return BYTES.contains(old) && old.equals(current) ? Order.BYTES : Order.TEXT_FORM;
  }

  /**
   * Returns the query of the rows in key order: the key columns, then the others.
   *
   * @param table the columns of the warehouse in which it runs
   */
  String query(TableColumns table) {
    return "SELECT %s FROM public.%s ORDER BY %s"
        .formatted(
            Stream.concat(
                    key.stream().map(KeyColumn::selected),
                    values.stream().map(ComparedTable::quoted))
                .collect(Collectors.joining(", ")),
            quoted(name),
            key.stream()
                .map(column -> column.ordered(isText(table.types().get(column.name()))))
                .collect(Collectors.joining(", ")));
  }

  private static boolean isText(String type) {
    return type.equals("text") || type.equals("character varying");
  }

  /** Returns an identifier of SQL. */
  static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** Returns the values of the primary key of a row, without the escapes of {@code COPY}. */
  byte[][] key(byte[][] row) {
    byte[][] values = new byte[key.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = CopiedRows.value(row[i]);
    }
    return values;
  }

  /** Compares two keys in the order of {@link #query}. */
  int compareKeys(byte[][] one, byte[][] other) {
    for (int i = 0; i < key.size(); i++) {
      int compared =
          key.get(i).order() == Order.NUMBER
              ? Long.compare(number(one[i]), number(other[i]))
              : Arrays.compareUnsigned(one[i], other[i]);
      if (compared != 0) {
        return compared;
      }
    }
    return 0;
  }

  private static long number(byte[] digits) {
    return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
  }
}
