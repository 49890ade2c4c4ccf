package io.clickstream.local.reload;

import io.clickstream.local.reload.DatabaseUrl.Name;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names of a warehouse, of the one that is being loaded, and of those that were swapped out.
 *
 * @param current the warehouse that everyone uses
 * @param suffix what the name of the one that is being loaded has in addition
 */
record Names(Name current, String suffix) {

  private static final String NEXT = "_next";
  private static final String PROOF = "_proof";
  private static final String BEFORE = "_before_";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String TIME_FORM = "\\d{8}_\\d{6}";

  /** The longest suffix: that of a swapped-out warehouse. */
  static final int LONGEST_SUFFIX = BEFORE.length() + "20260101_000000".length();

  /** Returns the names of a reload, which may be swapped in. */
  static Names ofReload(Name current) {
    return new Names(current, NEXT);
  }

  /** Returns the names of a proof, beside which a reload may exist. */
  static Names ofProof(Name current) {
    return new Names(current, PROOF);
  }

  Name next() {
    return new Name(current.text() + suffix);
  }

  /** Returns the name of the warehouse that is swapped out at a time; later ones sort later. */
  Name before(Instant at) {
    return new Name(current.text() + BEFORE + TIME.format(at));
  }

  /** Returns true if a name is that of a warehouse that was swapped out. */
  boolean isBefore(String name) {
    return name.matches(Pattern.quote(current.text() + BEFORE) + TIME_FORM);
  }
}
