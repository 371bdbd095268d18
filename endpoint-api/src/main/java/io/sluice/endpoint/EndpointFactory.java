/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes the endpoints of one type. Each endpoint bundle registers one as an OSGi service, with or
 * without a reachable backend.
 *
 * <p>The service carries the properties {@link #ENDPOINT_TYPE}, {@link #ENDPOINT_VERSION}, {@link
 * #ENDPOINT_MODES}, {@link #ENDPOINT_QOS} and {@link #ENDPOINT_CAPABILITIES}, which say the same as
 * {@link #type()} without a call. Where {@code String+} is said a component may give one string, an
 * array or a collection, as is the custom with service properties: filters match them all.
 *
 * <p>Implementations are safe for use by many threads.
 */
@ConsumerType
public interface EndpointFactory {

  /** Service property: the {@linkplain EndpointType#name() type's name} ({@code String}). */
  String ENDPOINT_TYPE = "endpoint.type";

  /** Service property: the version of the endpoint's bundle ({@code String}). */
  String ENDPOINT_VERSION = "endpoint.version";

  /** Service property: the names of the supported {@link Mode}s ({@code String+}). */
  String ENDPOINT_MODES = "endpoint.modes";

  /** Service property: the names of the supported {@link Qos} levels ({@code String+}). */
  String ENDPOINT_QOS = "endpoint.qos";

  /**
   * Service property: the {@linkplain EndpointType#capabilities() capabilities} ({@code String+}).
   */
  String ENDPOINT_CAPABILITIES = "endpoint.capabilities";

  /** Describes the type; the same object or an equal one at each call, never null. */
  EndpointType type();

  /**
   * Makes an endpoint that is not started yet. Validates the whole configuration; does no I/O,
   * starts no thread and does not block.
   *
   * @param configuration the endpoint's name and properties, not null
   * @return a new endpoint in state {@link EndpointState#STOPPED}, never null
   * @throws ConfigurationException listing every violation, when the configuration does not fit the
   *     {@linkplain EndpointType#schema() schema}
   */
  Endpoint create(EndpointConfiguration configuration) throws ConfigurationException;

  /**
   * Tries whether a configuration works with its backend, step by step: looks up the host,
   * connects, authenticates, looks at topics or queues. Creates and changes nothing at the backend,
   * consumes nothing, and leaves nothing open. By default there is nothing to check.
   *
   * @param configuration as of {@link #create}
   * @param timeout for all steps together, positive
   * @return completes soon after the timeout at the latest, with the steps in their order; where
   *     one has failed, those that need it are {@link CheckStep.Outcome#SKIPPED}. The list is
   *     immutable, and empty if there is nothing to check
   * @throws ConfigurationException as of {@link #create}
   */
  default CompletionStage<List<CheckStep>> check(
      EndpointConfiguration configuration, Duration timeout) throws ConfigurationException {
    return CompletableFuture.completedStage(List.of());
  }
}
