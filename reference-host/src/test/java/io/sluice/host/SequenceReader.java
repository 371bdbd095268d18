/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an event stream whose messages are the numbers 0, 1, 2 … as text, on one connection and one
 * thread of its own, and keeps account of them.
 */
final class SequenceReader implements AutoCloseable {

  private static final Pattern TEXT = Pattern.compile("\"text\":\"(\\d+)\"");

  private final InputStream body;
  private final Thread thread;

  private final BitSet seen = new BitSet();
  private long events;
  private long repeated;
  private long lastEvent = System.nanoTime();
  private long longestGap;
  private boolean closing;
  private String end;

  private SequenceReader(String name, InputStream body) {
    this.body = body;
    thread = new Thread(this::read, name);
    thread.setDaemon(true);
  }

  /**
   * Reads an endpoint at least once. Connects and begins to read; the first event is waited for by
   * who needs it.
   */
  static SequenceReader open(GatewayProcess gateway, String endpoint) throws Exception {
    String target = "/endpoints/" + endpoint + "/messages?qos=AT_LEAST_ONCE&clientId=reader";
    return open(endpoint, URI.create(gateway.url() + target));
  }

  private static SequenceReader open(String name, URI stream)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(stream).build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IOException(
          response.statusCode()
              + ": "
              + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
    }
    SequenceReader reader = new SequenceReader(name, response.body());
    reader.thread.start();
    return reader;
  }

  /** The number of events so far. */
  synchronized long events() {
    return events;
  }

  /** How many events repeated a number. */
  synchronized long repeated() {
    return repeated;
  }

  /** The highest number so far; -1 before the first. */
  synchronized int highest() {
    return seen.length() - 1;
  }

  /** How many of the numbers up to a limit have not come. */
  synchronized long missingUpTo(int limit) {
    return limit + 1L - seen.get(0, limit + 1).cardinality();
  }

  /** Forgets the gaps so far. */
  synchronized void mark() {
    longestGap = 0;
  }

  /** The longest time without an event that has ended since the mark. */
  synchronized Duration longestGap() {
    return Duration.ofNanos(longestGap);
  }

  /** Why the stream ended; null while it goes on. */
  synchronized String end() {
    return end;
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closing = true;
    }
    body.close();
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8), 1 << 16)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data:")) {
          event(line);
        }
      }
      ended("the stream ended");
    } catch (IOException | UncheckedIOException e) {
      ended(e.toString());
    }
  }

  private synchronized void event(String data) {
    Matcher text = TEXT.matcher(data);
    if (!text.find()) {
      ended("unexpected event: " + data);
      return;
    }
    int number = Integer.parseInt(text.group(1));
    if (seen.get(number)) {
      repeated++;
    }
    seen.set(number);
    events++;
    long now = System.nanoTime();
    longestGap = Math.max(longestGap, now - lastEvent);
    lastEvent = now;
  }

  private synchronized void ended(String how) {
    if (!closing && end == null) {
      end = how;
    }
  }
}
