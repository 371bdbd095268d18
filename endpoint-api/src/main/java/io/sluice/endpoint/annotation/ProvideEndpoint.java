/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;

/**
 * Declares that the bundle serves an endpoint type, so that a resolver can pick it from a
 * requirement alone. Place it on the {@link io.sluice.endpoint.EndpointFactory} implementation:
 *
 * <pre>{@code
 * @ProvideEndpoint("kafka")
 * @Component
 * public final class KafkaEndpointFactory implements EndpointFactory { … }
 * }</pre>
 *
 * <p>The capability's version is that of the factory's package; give the package the version of the
 * bundle with {@code @Version("${Bundle-Version}")} in its {@code package-info.java}.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Capability(
    namespace = "io.sluice.endpoint",
    name = "${#value}",
    attribute = "version:Version=${def;@version;0}")
public @interface ProvideEndpoint {

  /** The endpoint type's name, such as {@code kafka}. */
  String value();
}
