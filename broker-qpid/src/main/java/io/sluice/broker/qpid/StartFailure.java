/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.broker.qpid;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;

/** Why the broker did not start, which its launcher tells listeners only. */
final class StartFailure extends DefaultSystemLauncherListener {

  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  @Override
  public void errorOnStartup(RuntimeException error) {
    failure.set(error);
  }

  /** Throws what was told; nothing if the broker has started. */
  void check() {
    if (failure.get() != null) {
      throw failure.get();
    }
  }
}
