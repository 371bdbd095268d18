/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** The one form that numbers have in a tree: Long for whole ones, Double for the others. */
final class Numbers {

  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9]\\d{0,18})");
  private static final Pattern DECIMAL =
      Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

  /** What a long has at most. */
  private static final int MAX_DIGITS = 19;

  private static final int MAX_NOTATION = 64;

  private Numbers() {}

  /** A number's only form; as text when neither a Long nor a finite Double can hold it. */
  static Object canonical(Number number) {
    if (number instanceof Byte
        || number instanceof Short
        || number instanceof Integer
        || number instanceof Long) {
      return number.longValue();
    }
    if (number instanceof BigInteger || number instanceof BigDecimal) {
      return canonical(number.toString());
    }
    // By its text, for a float's 0.2 is not a double's 0.20000000298.
    return decimal(number.toString()).<Object>map(d -> d).orElse(number.toString());
  }

  /** The only form of a number in JSON's notation; the text itself when nothing can hold it. */
  static Object canonical(String text) {
    return whole(text).<Object>map(whole -> whole).or(() -> decimal(text)).orElse(text);
  }

  /** The whole number that a text denotes, if it does and a Long holds it. */
  static Optional<Long> whole(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    BigInteger value = new BigInteger(text);
    return value.bitLength() < Long.SIZE ? Optional.of(value.longValue()) : Optional.empty();
  }

  /** The same of any notation of JSON, such as {@code 1e6} or {@code 5.0}. */
  static Optional<Long> wholeInAnyNotation(String text) {
    if (!DECIMAL.matcher(text).matches() || text.length() > MAX_NOTATION) {
      return Optional.empty();
    }
    BigDecimal value = new BigDecimal(text);
    boolean fits =
        (long) value.precision() - value.scale() <= MAX_DIGITS && value.scale() <= MAX_NOTATION;
    return fits && value.stripTrailingZeros().scale() <= 0
        ? whole(value.toBigInteger().toString())
        : Optional.empty();
  }

  /** The number that a text denotes in JSON's notation, if it does and a finite Double holds it. */
  static Optional<Double> decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
  }

  /** The Long equal to a number, if there is one. */
  static Optional<Long> whole(Number number) {
    if (canonical(number) instanceof Long whole) {
      return Optional.of(whole);
    }
    double value = number.doubleValue();
    // Beyond 2^53 a double is no longer sure to be the number that was written.
    return value == Math.rint(value) && Math.abs(value) <= 1L << 53
        ? Optional.of((long) value)
        : Optional.empty();
  }
}
