/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** An endpoint that answers requests, streaming both ways. */
@ConsumerType
public interface ProxyEndpoint extends Endpoint {

  /**
   * Passes a request on to the backend.
   *
   * <p>The endpoint subscribes to the request's body once and asks for it as fast as the backend
   * takes it; the caller does the same with the response's body. A party that will not read a body
   * to its end cancels it. When {@link ProxyRequest#aborted()} completes the endpoint gives up the
   * exchange.
   *
   * <p>{@code Expect: 100-continue} is answered by the caller, when the endpoint asks for the first
   * bytes of the body: an endpoint that answers without having asked saves the client the body. A
   * {@code 100} that the endpoint reports as informational has the same effect. The header stays in
   * the request; an endpoint passes it on only if it waits for the backend's {@code 100} itself.
   *
   * <p>Every target is in origin form. A caller answers {@code OPTIONS *}, which concerns itself,
   * and refuses {@code CONNECT}: neither comes to an endpoint. A protocol upgrade comes as a
   * request with a {@linkplain ProxyRequest#tunnel() tunnel}.
   *
   * @param request not null
   * @return completes when the head of the final response has arrived; fails with an {@link
   *     EndpointException}. An error after that is an {@code onError} of the response's body, never
   *     its regular end.
   */
  CompletionStage<ProxyResponse> exchange(ProxyRequest request);
}
