/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Messages on their way to a backend, which outlive the generations that send them. Rule numbers in
 * comments refer to version 1.0.4 of the Reactive Streams specification.
 *
 * <p>A {@code PublishQueue} keeps the messages of one publisher in order; a
 * {@code GenerationPublisher} is what one generation sends of it, through an {@code PluginSender}.
 * Depends on {@code control} and {@code generation}.
 */
package io.sluice.endpoint.runtime.internal.publish;
