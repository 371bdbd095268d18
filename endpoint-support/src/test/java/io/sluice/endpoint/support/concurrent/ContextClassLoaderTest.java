/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContextClassLoaderTest {

  private final ClassLoader foreign = new URLClassLoader(new URL[0], null);
  private final ContextClassLoader context = ContextClassLoader.of(ContextClassLoaderTest.class);
  private ClassLoader before;

  @BeforeEach
  void enterForeignContext() {
    before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(foreign);
  }

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  @Test
  void runsWithTheOwnersLoaderAndPutsBackTheFormerOne() {
    AtomicReference<ClassLoader> seen = new AtomicReference<>();

    context.run(() -> seen.set(Thread.currentThread().getContextClassLoader()));

    assertThat(seen).hasValue(ContextClassLoaderTest.class.getClassLoader());
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(foreign);
  }

  @Test
  void putsBackTheFormerLoaderAfterAnException() {
    assertThatThrownBy(
            () ->
                context.call(
                    () -> {
                      throw new IOException("broken");
                    }))
        .isInstanceOf(IOException.class);

    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(foreign);
  }

  @Test
  void returnsWhatTheCallReturns() throws Exception {
    assertThat(context.call(() -> Thread.currentThread().getContextClassLoader()))
        .isSameAs(context.loader());
  }

  @Test
  void isNeverNullEvenForClassesOfTheJdk() {
    assertThat(ContextClassLoader.of(String.class).loader()).isNotNull();
  }

  @Test
  void putsBackANullLoader() {
    Thread.currentThread().setContextClassLoader(null);

    context.run(() -> {});

    assertThat(Thread.currentThread().getContextClassLoader()).isNull();
  }
}
