/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpURI;

/**
 * The path of a request as the client wrote it: neither decoded as a whole nor normalised, as what
 * follows the name of a proxied endpoint belongs to the backend. Immutable.
 */
final class RawPath {

  private final String path;
  private final String query;
  private final List<String> segments;

  private RawPath(String path, String query) {
    this.path = path;
    this.query = query;
    this.segments = List.of(path.replaceAll("^/|/$", "").split("/", -1));
  }

  static RawPath of(HttpURI uri) {
    String path = uri.getPath() == null ? "/" : uri.getPath();
    return new RawPath(path, uri.getQuery());
  }

  /** The first segment; empty for the root. */
  String first() {
    return segments.get(0);
  }

  /** The number of segments; a slash at the end does not count. */
  int size() {
    return segments.size();
  }

  /**
   * A segment, decoded.
   *
   * @throws HttpFailure with status 400 if it cannot be decoded
   */
  String segment(int index) {
    try {
      return URLDecoder.decode(segments.get(index).replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw HttpFailure.badRequest("the path cannot be decoded: " + malformed.getMessage());
    }
  }

  /** The raw path after a number of segments, and the query; begins with a slash. */
  String targetAfter(int count) {
    int start = 0;
    for (int i = 0; i < count && start >= 0; i++) {
      start = path.indexOf('/', start + 1);
    }
    String target = start < 0 ? "/" : path.substring(start);
    return query == null ? target : target + "?" + query;
  }

  @Override
  public String toString() {
    return path;
  }
}
