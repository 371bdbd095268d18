/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/**
 * The whole contract of an endpoint type. Extend it and supply a fixture:
 *
 * <pre>{@code
 * class KafkaEndpointContractTest extends EndpointContract {
 *   @Override
 *   protected EndpointFixture createFixture() {
 *     return new KafkaFixture();
 *   }
 * }
 * }</pre>
 *
 * <p>The groups may also be extended one by one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EndpointContract {

  private EndpointFixture fixture;

  /** Makes the fixture; called once. */
  protected abstract EndpointFixture createFixture();

  @BeforeAll
  final void openFixture() {
    fixture = createFixture();
  }

  @AfterAll
  final void closeFixture() {
    if (fixture != null) {
      fixture.close();
    }
  }

  @Nested
  class SchemaAndMetadata extends SchemaAndMetadataContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Lifecycle extends LifecycleContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Stopping extends StoppingContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Demand extends DemandContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Settlement extends SettlementContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Redelivery extends RedeliveryContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Reconnect extends ReconnectContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Publishing extends PublishingContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Exchange extends ExchangeContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Upstream extends UpstreamContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class MalformedInput extends MalformedInputContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Secrecy extends SecrecyContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class ConcurrentUse extends ConcurrentUseContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class SlowConsumer extends SlowConsumerContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Leak extends LeakContract {
    @Override
    protected EndpointFixture fixture() {
      return fixture;
    }
  }
}
