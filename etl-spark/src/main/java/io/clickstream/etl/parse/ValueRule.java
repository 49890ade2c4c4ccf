package io.clickstream.etl.parse;

import io.clickstream.etl.parse.JsonTree.NumberLiteral;
import io.clickstream.event.Identity;
import io.clickstream.event.Limits;
import io.clickstream.event.NameBasedUuid;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The rule by which a JSON value becomes a column's value.
 *
 * <p>A rule returns the usable value, {@code null} if the JSON value is absent, or {@link
 * #UNUSABLE}. Blank text is absent. A number or a boolean is taken as its literal text. An object
 * or an array is unusable, except where a rule says otherwise.
 */
enum ValueRule {
  /** Text, cut to the greatest length. */
  TEXT {
    @Override
    Object ofText(String text, ParseRules rules) {
      return Text.cut(text);
    }
  },

  /** Text that people read: composed (NFC), so that two ways to write a name are one. */
  DISPLAY_TEXT {
    @Override
    Object ofText(String text, ParseRules rules) {
      return Text.display(text);
    }
  },

  /** {@link #DISPLAY_TEXT}, or of an array its first text; an empty array is absent. */
  FIRST_TEXT {
    @Override
    Object read(Object json, ParseRules rules) {
      if (!(json instanceof List<?> items)) {
        return super.read(json, rules);
      }
      for (Object item : items) {
        if (item instanceof String text && Text.clean(text) != null) {
          return Text.display(Text.clean(text));
        }
      }
      return items.isEmpty() ? null : UNUSABLE;
    }

    @Override
    Object ofText(String text, ParseRules rules) {
      return Text.display(text);
    }
  },

  /** An id; one that is too long is replaced by its hash. */
  ID {
    @Override
    Object ofText(String text, ParseRules rules) {
      return Text.boundedId(text);
    }
  },

  /** An {@link #ID} that is not one of the placeholders for a missing identity. */
  IDENTITY {
    @Override
    Object ofText(String text, ParseRules rules) {
      return Identity.isAbsent(text) ? UNUSABLE : Text.boundedId(text);
    }
  },

  /** A UUID in lower case; an identity of another form becomes its UUIDv5. */
  EVENT_ID {
    @Override
    Object ofText(String text, ParseRules rules) {
      if (Identity.isAbsent(text)) {
        return UNUSABLE;
      }
      return isUuid(text)
          ? text.toLowerCase(Locale.ROOT)
          : NameBasedUuid.of(NameBasedUuid.EVENT_ID, text).toString();
    }
  },

  /** Text in which {@code anonymous} and {@code guest}, in any case, become {@code guest}. */
  LOGIN_STATE {
    @Override
    Object ofText(String text, ParseRules rules) {
      return text.equalsIgnoreCase("anonymous") || text.equalsIgnoreCase("guest")
          ? "guest"
          : Text.cut(text);
    }
  },

  /** {@code true} or {@code false}, also as text. */
  BOOLEAN {
    @Override
    Object ofText(String text, ParseRules rules) {
      return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : UNUSABLE;
    }
  },

  /** A point in time in microseconds, see {@link Timestamps}. */
  TIMESTAMP {
    @Override
    Object ofText(String text, ParseRules rules) {
      OptionalLong micros = Timestamps.micros(text);
      return micros.isPresent() ? micros.getAsLong() : UNUSABLE;
    }
  },

  /**
   * A price in minor units at the warehouse's price scale, see {@link Decimals}. As text it must
   * not be ambiguous.
   */
  PRICE {
    @Override
    Object read(Object json, ParseRules rules) {
      String text = json instanceof String string ? Text.clean(string) : null;
      return text != null && Decimals.isAmbiguous(text) ? UNUSABLE : super.read(json, rules);
    }

    @Override
    Object ofText(String text, ParseRules rules) {
      Long minor = Decimals.minorUnits(text, rules.priceScale());
      return minor != null ? minor : UNUSABLE;
    }
  },

  /** A {@link #PRICE} from 0 to {@link Limits#ORDER_VALUE_MINOR}. */
  ORDER_VALUE {
    @Override
    Object read(Object json, ParseRules rules) {
      Object minor = PRICE.read(json, rules);
      return minor instanceof Long value && (value < 0 || value > Limits.ORDER_VALUE_MINOR)
          ? UNUSABLE
          : minor;
    }

    @Override
    Object ofText(String text, ParseRules rules) {
      return PRICE.ofText(text, rules);
    }
  },

  /** A decimal number of pieces or of a measure, negative for a return, see {@link Decimals}. */
  QUANTITY {
    @Override
    Object ofText(String text, ParseRules rules) {
      String quantity = Decimals.quantity(text);
      return quantity != null ? new NumberLiteral(quantity) : UNUSABLE;
    }
  },

  /** Three letters, in upper case. */
  CURRENCY {
    @Override
    Object ofText(String text, ParseRules rules) {
      String upper = text.toUpperCase(Locale.ROOT);
      return CURRENCY_CODE.matcher(upper).matches() ? upper : UNUSABLE;
    }
  };

  /** Result for a value that is present but breaks the rule. */
  static final Object UNUSABLE = new Object();

  private static final Pattern CURRENCY_CODE = Pattern.compile("[A-Z]{3}");
  private static final int UUID_LENGTH = 36;

  /** Applies the rule to a value of a {@link JsonTree}. */
  Object read(Object json, ParseRules rules) {
    String text;
    if (json instanceof String string) {
      text = Text.clean(string);
    } else if (json instanceof NumberLiteral number) {
      text = number.text();
    } else if (json instanceof Boolean) {
      text = json.toString();
    } else {
      return json == null ? null : UNUSABLE;
    }
    return text == null ? null : ofText(text, rules);
  }

  /** Applies the rule to text that is clean and not blank. */
  abstract Object ofText(String text, ParseRules rules);

  /** Returns true for groups of 8, 4, 4, 4 and 12 hexadecimal digits. */
  private static boolean isUuid(String id) {
    if (id.length() != UUID_LENGTH) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = id.charAt(i);
      boolean fits =
          i == 8 || i == 13 || i == 18 || i == 23 ? c == '-' : c < 128 && HexFormat.isHexDigit(c);
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
