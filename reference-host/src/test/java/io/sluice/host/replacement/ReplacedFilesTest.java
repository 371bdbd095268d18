/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.replacement;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacedFilesTest {

  private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  private Path volume;
  private Path load;
  private ReplacedFiles files;

  @BeforeEach
  void watch(@TempDir Path folder) throws IOException {
    volume = Files.createDirectory(folder.resolve("volume"));
    load = Files.createDirectory(folder.resolve("load"));
    files = new ReplacedFiles(load.toFile(), file -> file.getName().endsWith(".cfg"));
  }

  @Test
  void aLinkThatPointsToAnotherFileIsReplacedOnce() throws IOException {
    Path link = link("a.cfg", file("1", "one", TIME));
    assertThat(next()).as("new").isEmpty();

    link("a.cfg", file("2", "two", TIME));

    assertThat(next()).containsExactly(link.toFile());
    assertThat(next()).isEmpty();
  }

  @Test
  void soIsALinkThroughAFolderThatIsALink() throws IOException {
    file("first/a", "one", TIME);
    file("second/a", "two", TIME);
    Path data = volume.resolve("..data");
    Files.createSymbolicLink(data, Path.of("first"));
    Path link = link("a.cfg", data.resolve("a"));
    next();

    Files.createSymbolicLink(volume.resolve("new"), Path.of("second"));
    move(volume.resolve("new"), data);

    assertThat(next()).containsExactly(link.toFile());
  }

  @Test
  void soIsAFileThatAnotherWasMovedOver() throws IOException {
    Path file = move(file("1", "one", TIME), load.resolve("a.cfg"));
    next();

    move(file("2", "two", TIME), file);

    assertThat(next()).containsExactly(file.toFile());
  }

  @Test
  void whatFileInstallSeesIsLeftToIt() throws IOException {
    Path later = file("later", "two", FileTime.from(TIME.toInstant().plusMillis(1)));
    Path link = link("a.cfg", file("1", "one", TIME));
    link("other.txt", file("1", "one", TIME));
    next();

    link("a.cfg", later);
    link("other.txt", file("2", "two", TIME));
    assertThat(next()).as("another time").isEmpty();
    link("a.cfg", file("longer", "three", TIME));
    assertThat(next()).as("another size").isEmpty();
    Files.delete(link);
    assertThat(next()).as("deleted").isEmpty();
    link("a.cfg", volume.resolve("nothing"));
    assertThat(next()).as("a link to nothing").isEmpty();
  }

  @Test
  void whatIsNotTakenUpComesAgain() throws IOException {
    Path link = link("a.cfg", file("1", "one", TIME));
    next();

    link("a.cfg", file("2", "two", TIME));

    List<File> refused = new ArrayList<>();
    files.next(file -> !refused.add(file));
    assertThat(refused).containsExactly(link.toFile());
    assertThat(next()).containsExactly(link.toFile());
    assertThat(next()).isEmpty();
  }

  private List<File> next() {
    List<File> replaced = new ArrayList<>();
    files.next(replaced::add);
    return replaced;
  }

  private Path file(String name, String content, FileTime time) throws IOException {
    Path file = volume.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.setLastModifiedTime(Files.writeString(file, content), time);
  }

  private Path link(String name, Path target) throws IOException {
    Path link = Files.createSymbolicLink(volume.resolve("link"), target);
    return move(link, load.resolve(name));
  }

  private static Path move(Path from, Path to) throws IOException {
    return Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
