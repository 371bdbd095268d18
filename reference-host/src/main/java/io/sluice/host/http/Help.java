/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

/** What {@code GET /} says. */
final class Help {

  static final String TEXT =
      """
      Sluice reference host

      GET  /endpoints                   all endpoints and their status, as JSON
      GET  /endpoints/{name}            one of them
      GET  /endpoints/{name}/messages   its messages as Server-Sent Events
             ?qos=      AUTO (default; settled when written), AT_LEAST_ONCE, AT_MOST_ONCE, NONE
             ?clientId= consumers of the same client id compete, others each get everything
             ?limit=    ends the stream after so many messages
             Last-Event-ID: ID   goes on after that message
      POST /endpoints/{name}/messages   publishes the body and answers the receipt
             Sluice-Header: name=value          adds a header; repeatable
             Sluice-Attribute-NAME: value       sets an attribute
             Sluice-Tombstone: true             publishes a message without payload; no body then
      ANY  /proxy/{name}/...            passes the request on to the endpoint's backend
      GET  /types                       the endpoint types that are installed
      GET  /types/{type}/schema         the JSON Schema of a type's configuration
      GET  /pipes                       all pipes and their status
      """;

  private Help() {}
}
