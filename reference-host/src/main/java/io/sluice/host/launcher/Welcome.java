/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Shows who started the host with its default content what it does and what to try. */
final class Welcome {

  private static final String ENDPOINT = "mock";
  private static final int MESSAGES = 3;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final String url;
  private final Path load;
  private final PrintStream out;

  Welcome(String url, Path load, PrintStream out) {
    this.url = url;
    this.load = load;
    this.out = out;
  }

  /** Prints what to try; the first messages follow on a thread of their own. */
  void show() {
    out.printf(
        """

        Try, in another terminal:
          curl %1$s/endpoints
          curl -N '%1$s/endpoints/mock/messages?limit=5'
          curl -N '%1$s/endpoints/echo/messages' &
          curl --data-binary 'hello' -H 'Sluice-Header: from=me' %1$s/endpoints/echo/messages
        Drop a bundle (.jar) or a configuration (.cfg, .config, .json) into
          %2$s

        The first messages of the endpoint '%3$s':
        """,
        url, load, ENDPOINT);
    Thread thread = new Thread(this::stream, "sluice-welcome");
    thread.setDaemon(true);
    thread.start();
  }

  private void stream() {
    try {
      URL messages =
          new URL(
              url
                  + "/endpoints/"
                  + ENDPOINT
                  + "/messages?qos=NONE&clientId=welcome&limit="
                  + MESSAGES);
      HttpURLConnection connection = (HttpURLConnection) messages.openConnection();
      connection.setReadTimeout(TIMEOUT_MILLIS);
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        out.println("  (none: " + connection.getResponseMessage() + ")");
        return;
      }
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
        lines
            .lines()
            .filter(line -> line.startsWith("data: "))
            .forEach(line -> out.println("  " + line.substring("data: ".length())));
      }
    } catch (IOException | RuntimeException unavailable) {
      out.println("  (none: " + unavailable.getMessage() + ")");
    }
  }
}
