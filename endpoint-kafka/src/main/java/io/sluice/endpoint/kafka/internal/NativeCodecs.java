/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import net.jpountz.lz4.LZ4Factory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xerial.snappy.Snappy;

/**
 * The native libraries of the codecs, loaded once for this copy of the bundle.
 *
 * <p>LZ4 has to be loaded before the client asks for it: outside the system class loader the client
 * would take the slower one in Java.
 */
final class NativeCodecs {

  private static final Logger LOG = LoggerFactory.getLogger(NativeCodecs.class);

  private static boolean loaded;

  private NativeCodecs() {}

  /** Loads them, the first time. A platform without one of them is told once and not an error. */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    loaded = true;
    attempt("lz4, which goes on in Java", LZ4Factory::nativeInstance);
    attempt("snappy, whose batches cannot be read", () -> Snappy.compress(new byte[1]));
    attempt("zstd, whose batches cannot be read", NativeCodecs::openZstd);
  }

  /** Removes the files that were extracted, as far as the libraries leave it to others. */
  static synchronized void release() {
    if (loaded) {
      attempt("snappy", Snappy::cleanUp);
    }
  }

  private static void openZstd() throws IOException {
    new com.github.luben.zstd.ZstdOutputStreamNoFinalizer(new ByteArrayOutputStream()).close();
  }

  private static void attempt(String codec, Action action) {
    try {
      action.run();
    } catch (Throwable e) { // a library that does not fit is an Error
      LOG.warn("No native library for {}: {}", codec, e.toString());
    }
  }

  /** What may fail in any way. */
  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }
}
