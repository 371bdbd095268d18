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
        "io.sluice.endpoint.mock-a.json",
        "io.sluice.endpoint.mock.json",
        "io.sluice.group~a.cfg",
        "io.sluice.pipe~a.json"
      })
  void endpointsGroupsAndPipesConcernTheRuntime(String file) {
    assertThat(ConfigurationPid.ofFile(file).concernsRuntime()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.sluice.endpointx~a.cfg",
        "io.sluice.groups~a.cfg",
        "org.acme.json",
        "org.acme~a.json",
        "org.acme~io.sluice.endpoint.json"
      })
  void othersDoNot(String file) {
    assertThat(ConfigurationPid.ofFile(file).concernsRuntime()).isFalse();
  }

  @Test
  void aHyphenDividesWhatConcernsTheRuntime() {
    assertThat(ConfigurationPid.ofFile("io.sluice.endpoint.mock-a-b.cfg"))
        .isEqualTo(new ConfigurationPid("io.sluice.endpoint.mock", "a-b"));
    assertThat(ConfigurationPid.ofFile("io.sluice.endpoint.my-type~a-b.cfg"))
        .isEqualTo(new ConfigurationPid("io.sluice.endpoint.my-type", "a-b"));
    assertThat(ConfigurationPid.ofFile("org.acme-a.json").isFactory()).isFalse();
  }
}
