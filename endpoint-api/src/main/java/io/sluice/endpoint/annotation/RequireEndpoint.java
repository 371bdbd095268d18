/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;

/**
 * Declares that the bundle needs an endpoint type to be present, so that a resolver brings a bundle
 * that {@linkplain ProvideEndpoint provides} it. The requirement holds at resolution time only
 * ({@code effective:=active}): a bundle with it still starts while the endpoint is being replaced.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
@Requirement(namespace = "io.sluice.endpoint", name = "${#value}", effective = "active")
public @interface RequireEndpoint {

  /** The endpoint type's name, such as {@code kafka}. */
  String value();
}
