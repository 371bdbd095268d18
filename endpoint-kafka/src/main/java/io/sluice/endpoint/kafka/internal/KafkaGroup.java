/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.kafka.internal;

import java.util.Optional;

/**
 * What a consumer is in its group.
 *
 * @param id of the group
 * @param instanceId of a static member; empty for a dynamic one
 */
record KafkaGroup(String id, Optional<String> instanceId) {}
