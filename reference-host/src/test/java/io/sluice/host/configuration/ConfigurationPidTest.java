/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationPidTest {

  @Test
  void theTildeDividesFactoryAndName() {
    ConfigurationPid pid = ConfigurationPid.ofFile("io.sluice.endpoint.mock~a.b~c.cfg");
    assertThat(pid).isEqualTo(new ConfigurationPid("io.sluice.endpoint.mock", "a.b~c"));
    assertThat(ConfigurationPid.ofFile("org.acme.json").isFactory()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.sluice.endpoint~a.cfg",
        "io.sluice.endpoint.mock~a.config",
        "io.sluice.pipe~a.json"
      })
  void endpointsAndPipesHaveAStatus(String file) {
    assertThat(ConfigurationPid.ofFile(file).hasStatus()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.sluice.endpoint.json",
        "io.sluice.endpointx~a.cfg",
        "io.sluice.group~a.cfg",
        "org.acme~a.json"
      })
  void othersHaveNone(String file) {
    assertThat(ConfigurationPid.ofFile(file).hasStatus()).isFalse();
  }

  @Test
  void groupsConcernTheRuntime() {
    assertThat(ConfigurationPid.ofFile("io.sluice.group~a.cfg").concernsRuntime()).isTrue();
    assertThat(ConfigurationPid.ofFile("io.sluice.groups~a.cfg").concernsRuntime()).isFalse();
  }
}
