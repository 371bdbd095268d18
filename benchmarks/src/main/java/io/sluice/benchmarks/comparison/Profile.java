/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where one turn spends its time and its memory, as Flight Recorder samples it: by thread, and by
 * the innermost method that is not the JDK's. Its figures are shares of samples; time in the
 * kernel, such as in sockets, is not sampled. What the measurements count is exact.
 */
public final class Profile {

  private static final String RUNNING = "jdk.ExecutionSample";
  private static final String IN_NATIVE = "jdk.NativeMethodSample";
  private static final String ALLOCATING = "jdk.ObjectAllocationSample";

  private final Measurement measurement;
  private final Map<String, Long> samplesByMethod = new HashMap<>();
  private final Map<String, Long> bytesByMethod = new HashMap<>();

  private Profile(Measurement measurement) {
    this.measurement = measurement;
  }

  static Profile of(Callable<Measurement> turn) throws Exception {
    Path file = Files.createTempFile("profile-", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable(RUNNING).withPeriod(Duration.ofMillis(10)).withStackTrace();
      recording.enable(ALLOCATING).with("throttle", "1000/s").withStackTrace();
      recording.disable(IN_NATIVE); // mostly threads that wait
      recording.start();
      Profile profile = new Profile(turn.call());
      recording.stop();
      recording.dump(file);
      profile.read(file);
      return profile;
    } finally {
      Files.delete(file);
    }
  }

  /** Samples of running threads; the key is purpose of the thread and method. */
  Map<String, Long> samplesByMethod() {
    return samplesByMethod;
  }

  /** Sampled bytes; the key is class of the object and allocating method. */
  Map<String, Long> bytesByMethod() {
    return bytesByMethod;
  }

  private void read(Path file) throws IOException {
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    events.removeIf(event -> !measurement.covers(event.getStartTime()));
    events.sort(Comparator.comparing(RecordedEvent::getStartTime));
    Set<Long> known = new HashSet<>();
    for (RecordedEvent event : events) {
      if (event.getEventType().getName().equals(RUNNING)) {
        samplesByMethod.merge(threadOf(event) + " | " + method(event), 1L, Long::sum);
      } else if (event.getEventType().getName().equals(ALLOCATING)
          && !known.add(event.getThread().getJavaThreadId())) {
        // A thread's first sample weighs all that it has allocated before.
        String type = event.getClass("objectClass").getName();
        bytesByMethod.merge(type + " | " + method(event), event.getLong("weight"), Long::sum);
      }
    }
  }

  private static String threadOf(RecordedEvent event) {
    RecordedThread thread = event.getThread("sampledThread");
    return thread == null || thread.getJavaName() == null
        ? "-"
        : Usage.purpose(thread.getJavaName());
  }

  private static String method(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return "-";
    }
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    return frames.stream()
        .filter(frame -> !isOfJdk(frame))
        .findFirst()
        .or(() -> frames.stream().findFirst())
        .map(Profile::name)
        .orElse("-");
  }

  private static boolean isOfJdk(RecordedFrame frame) {
    return frame.getMethod().getType().getName().matches("(java|jdk|sun|com\\.sun)\\..*");
  }

  private static String name(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.replaceAll("\\b(\\w)\\w*\\.", "$1.") + "." + frame.getMethod().getName();
  }
}
