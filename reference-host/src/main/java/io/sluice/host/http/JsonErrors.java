/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty itself refuses, such as a malformed request, the way everything else is. */
final class JsonErrors implements Request.Handler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    if (cause instanceof HttpException refusal) {
      status = refusal.getCode();
      message = refusal.getReason();
    }
    String code = status < 500 ? "REQUEST_INVALID" : "INTERNAL";
    String text = message == null ? HttpStatus.getMessage(status) : message.toString();
    ShortResponse.failure(
        new HttpExchange(request, response, callback), HttpFailure.of(status, code, text));
    return true;
  }
}
