/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Copies what the process writes to standard output and error, which is where the bindings of slf4j
 * that tests use write logs to. One at a time; safe for use by the threads that write.
 */
final class OutputCapture implements AutoCloseable {

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

  OutputCapture() {
    System.setOut(tee(out));
    System.setErr(tee(err));
  }

  /** What was written since this was made. */
  String text() {
    return copy.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    System.setOut(out);
    System.setErr(err);
  }

  private PrintStream tee(PrintStream original) {
    OutputStream both =
        new OutputStream() {
          @Override
          public void write(int octet) {
            original.write(octet);
            copy.write(octet);
          }

          @Override
          public void write(byte[] octets, int offset, int length) {
            original.write(octets, offset, length);
            copy.write(octets, offset, length);
          }
        };
    return new PrintStream(both, true, StandardCharsets.UTF_8);
  }
}
