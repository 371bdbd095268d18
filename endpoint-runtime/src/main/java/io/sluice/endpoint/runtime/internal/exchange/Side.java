/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.exchange;

import io.sluice.endpoint.ErrorCode;
import io.sluice.endpoint.support.concurrent.ContextClassLoader;
import java.util.function.Supplier;

/**
 * The host or the plugin: whose class loader its code runs under, and what an error of it is called
 * when it names no code itself.
 */
record Side(Supplier<ClassLoader> loader, ErrorCode fault) {

  /** Runs code of this side. */
  void run(Runnable code) {
    ClassLoader previous = ContextClassLoader.enter(loader.get());
    try {
      code.run();
    } finally {
      ContextClassLoader.leave(previous);
    }
  }
}
