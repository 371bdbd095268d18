/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.runtime.internal.factory;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.endpoint.ConfigurationSchema;
import io.sluice.endpoint.Endpoint;
import io.sluice.endpoint.EndpointConfiguration;
import io.sluice.endpoint.EndpointFactory;
import io.sluice.endpoint.EndpointType;
import io.sluice.endpoint.Mode;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

class FactoryCatalogTest {

  private static final VersionRange ANY = VersionRange.valueOf("0");

  private final FactoryCatalog catalog = new FactoryCatalog();

  @Test
  void offersTheHighestVersionFirst() {
    ServedType one = add("mock", "1.0.0", 1);
    ServedType ten = add("mock", "1.10.0", 2);
    ServedType nine = add("mock", "1.9.0", 3);
    add("kafka", "9.0.0", 4);
    assertThat(catalog.find("mock", ANY)).containsExactly(ten, nine, one);
  }

  @Test
  void offersOnlyWhatIsInRange() {
    ServedType one = add("mock", "1.0.0", 1);
    add("mock", "2.0.0", 2);
    assertThat(catalog.find("mock", VersionRange.valueOf("[1,2)"))).containsExactly(one);
  }

  @Test
  void prefersOfEqualVersionsTheOneThatWasThereFirst() {
    ServedType first = add("mock", "1.0.0", 7);
    ServedType second = add("mock", "1.0.0", 8);
    assertThat(catalog.find("mock", ANY)).containsExactly(first, second);
    catalog.remove(first);
    assertThat(catalog.find("mock", ANY)).containsExactly(second);
  }

  @Test
  void saysWhatIsThereInstead() {
    assertThat(catalog.absence("kafka", ANY))
        .isEqualTo("no bundle serves type 'kafka'; types present: none");
    add("mock", "1.0.0", 1);
    add("mock", "1.1.0", 2);
    assertThat(catalog.absence("kafka", ANY))
        .isEqualTo("no bundle serves type 'kafka'; types present: mock");
    assertThat(catalog.absence("mock", VersionRange.valueOf("[2,3)")))
        .isEqualTo(
            "no bundle serves type 'mock' in version [2.0.0,3.0.0); versions present: 1.0.0,"
                + " 1.1.0");
  }

  @Test
  void listsEachVersionOfEachType() {
    add("mock", "1.10.0", 1);
    add("mock", "1.9.0", 2);
    add("kafka", "2.0.0", 3);
    assertThat(catalog.types())
        .extracting(EndpointType::toString)
        .containsExactly("kafka 2.0.0", "mock 1.9.0", "mock 1.10.0");
  }

  private ServedType add(String type, String version, long serviceId) {
    ServedType served = ServedType.of(new Factory(type), Version.valueOf(version), serviceId);
    catalog.add(served);
    return served;
  }

  /** Says a version of its own, which does not count. */
  private record Factory(String name) implements EndpointFactory {
    @Override
    public EndpointType type() {
      return EndpointType.builder(name)
          .version("0.0.1")
          .modes(Mode.CONSUME)
          .schema(ConfigurationSchema.of("{\"type\": \"object\", \"properties\": {}}"))
          .build();
    }

    @Override
    public Endpoint create(EndpointConfiguration configuration) {
      throw new UnsupportedOperationException("not made here");
    }
  }
}
