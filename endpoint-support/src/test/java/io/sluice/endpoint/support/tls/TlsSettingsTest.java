/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.endpoint.ConfigurationException;
import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.Violation;
import io.sluice.endpoint.support.schema.EndpointSchema;
import io.sluice.endpoint.support.schema.SettingsProbe;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The settings against the part that the schemas of endpoint types have in common. */
class TlsSettingsTest {

  private static final EndpointSchema SCHEMA =
      EndpointSchema.of(ConfigurationSchema.of(TestKeys.resource("security-ssl.schema.json")));

  private static final Map<String, Object> JKS =
      Map.of(
          "security.ssl.trustStore.type", "JKS",
          "security.ssl.trustStore.location", "/etc/ca.jks",
          "security.ssl.trustStore.password", "x",
          "security.ssl.keyStore.type", "PKCS12",
          "security.ssl.keyStore.location", "/etc/key.p12",
          "security.ssl.keyStore.password", "x",
          "security.ssl.protocols", "TLSv1.3,TLSv1.2");

  @Test
  void everyPropertyOfTheSchemaIsReadAndNoOther() {
    SettingsProbe probe = new SettingsProbe(SCHEMA);

    TlsSettings.of(probe.settings(JKS).section("security.ssl"));

    assertThat(probe.mismatches()).isEmpty();
  }

  @Test
  void theDefaultsOfTheSchemaAreTheDefaults() {
    TlsSettings settings =
        TlsSettings.of(new SettingsProbe(SCHEMA).settings(Map.of()).section("security.ssl"));
    TlsSettings defaults = TlsSettings.defaults();

    assertThat(settings.hostnameVerifier()).isEqualTo(defaults.hostnameVerifier()).isTrue();
    assertThat(settings.trustAll()).isEqualTo(defaults.trustAll()).isFalse();
    assertThat(settings.protocols()).isEqualTo(defaults.protocols()).isEmpty();
    assertThat(settings.cipherSuites()).isEqualTo(defaults.cipherSuites()).isEmpty();
    assertThat(settings.trustStore()).isSameAs(defaults.trustStore());
    assertThat(settings.keyStore()).isSameAs(defaults.keyStore());
  }

  @Test
  void valuesAreTyped() {
    TlsSettings settings =
        TlsSettings.of(new SettingsProbe(SCHEMA).settings(JKS).section("security.ssl"));

    assertThat(settings.protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(settings.trustStore().type()).isEqualTo(StoreSettings.Type.JKS);
    assertThat(settings.trustStore().content())
        .hasToString("security.ssl.trustStore.location (file /etc/ca.jks)");
    assertThat(settings.keyStore().type()).isEqualTo(StoreSettings.Type.PKCS12);
  }

  @Test
  void whatAVariantNeedsIsRequired() {
    Map<String, Object> incomplete =
        Map.of("security.ssl.trustStore.type", "JKS", "security.ssl.keyStore.type", "PEM");

    assertThatThrownBy(() -> SCHEMA.settings(EndpointConfiguration.of("orders", incomplete)))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refusal ->
                assertThat(refusal.violations())
                    .extracting(Violation::pointer)
                    .anyMatch(pointer -> pointer.startsWith("/security/ssl/trustStore"))
                    .anyMatch(pointer -> pointer.startsWith("/security/ssl/keyStore")));
  }
}
