/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One request, its response, and the callback that ends both. */
record HttpExchange(Request request, Response response, Callback callback) {

  boolean is(String method) {
    return method.equals(request.getMethod());
  }

  Executor executor() {
    return request.getComponents().getExecutor();
  }

  Connection connection() {
    return request.getConnectionMetaData().getConnection();
  }

  EndPoint endPoint() {
    return connection().getEndPoint();
  }
}
