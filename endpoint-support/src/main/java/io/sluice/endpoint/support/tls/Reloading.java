/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.support.tls;

import io.sluice.endpoint.EndpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is read from files, and read again once one of them has changed. A thread that asks
 * for the value looks at the files, at most once in a period, so that no thread has to watch. While
 * changed files cannot be read the last good value stays.
 *
 * <p>Safe for use by many threads: one of them looks and reads, the others go on with what is
 * there.
 */
final class Reloading<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);

  private final String endpoint;
  private final List<Path> files;
  private final Supplier<T> reader;
  private final long periodNanos;
  private final AtomicLong nextLook;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile T value;

  /** Both belong to who has set {@link #looking}. */
  private List<Stamp> read;

  private List<Stamp> failed;

  /**
   * Reads the value for the first time.
   *
   * @param endpoint for the log
   * @param files what the value is read from; empty for a value that never changes
   * @param period the least time between two looks at the files
   * @param reader never called by two threads at once
   * @throws EndpointException from the reader
   */
  Reloading(String endpoint, List<Path> files, Duration period, Supplier<T> reader) {
    this.endpoint = endpoint;
    this.files = List.copyOf(files);
    this.reader = reader;
    this.periodNanos = period.toNanos();
    this.nextLook = new AtomicLong(System.nanoTime() + periodNanos);
    // Stamped before it is read: what is written meanwhile shows up as a change later.
    this.read = stamps();
    this.value = reader.get();
  }

  /** The value as of the last look at the files, which may be now. */
  T current() {
    if (!files.isEmpty() && due() && looking.compareAndSet(false, true)) {
      try {
        look();
      } finally {
        looking.set(false);
      }
    }
    return value;
  }

  /** The value, without a look at the files. */
  T latest() {
    return value;
  }

  private boolean due() {
    long now = System.nanoTime();
    long next = nextLook.get();
    return now - next >= 0 && nextLook.compareAndSet(next, now + periodNanos);
  }

  private void look() {
    List<Stamp> found = stamps();
    if (found.equals(read)) {
      return;
    }
    try {
      value = reader.get();
      read = found;
      failed = null;
      LOG.info("Endpoint '{}': read {} again after a change", endpoint, files);
    } catch (EndpointException e) {
      if (!found.equals(failed)) {
        failed = found;
        LOG.warn("Endpoint '{}': keeps the last good certificates and keys", endpoint, e);
      }
    }
  }

  private List<Stamp> stamps() {
    return files.stream().map(Stamp::of).toList();
  }

  /** What changes with a file: the key shows a file that was renamed into place. */
  private record Stamp(long size, FileTime modified, Object fileKey) {

    private static final Stamp ABSENT = new Stamp(-1, FileTime.fromMillis(0), null);

    static Stamp of(Path file) {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(found.size(), found.lastModifiedTime(), found.fileKey());
      } catch (NoSuchFileException e) {
        return ABSENT;
      } catch (IOException e) {
        LOG.debug("Cannot look at {}", file, e);
        return ABSENT;
      }
    }
  }
}
