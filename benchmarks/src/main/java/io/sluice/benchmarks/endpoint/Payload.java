/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.endpoint;

import java.util.Random;

/** What the messages of all contestants carry. */
public final class Payload {

  /** In bytes. */
  public static final int SIZE = 1024;

  private Payload() {}

  /** A payload of 1 KiB that does not compress. */
  public static byte[] kibibyte() {
    byte[] payload = new byte[SIZE];
    new Random(1).nextBytes(payload);
    return payload;
  }
}
