/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Refuses cross-site requests before anything else looks at them. */
final class RequestGuard extends Handler.Wrapper {

  private final SameSitePolicy policy;

  RequestGuard(SameSitePolicy policy, Handler next) {
    super(next);
    this.policy = policy;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Optional<String> refusal =
        policy.refusal(
            request.getHttpURI().getAuthority(),
            (InetSocketAddress) request.getConnectionMetaData().getLocalSocketAddress(),
            request.getHeaders().getValuesList("Origin"),
            request.getHeaders().get("Sec-Fetch-Site"));
    if (refusal.isEmpty()) {
      return super.handle(request, response, callback);
    }
    ShortResponse.failure(
        new HttpExchange(request, response, callback),
        HttpFailure.of(403, "CROSS_SITE", refusal.get()));
    return true;
  }
}
