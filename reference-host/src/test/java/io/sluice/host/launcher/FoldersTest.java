/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {

  @TempDir private Path home;

  @BeforeEach
  void build() throws IOException {
    Files.createDirectory(home.resolve("bundles"));
    Files.createDirectory(home.resolve("load"));
    Files.writeString(home.resolve("load/a.cfg"), "x = 1");
    Files.createDirectory(home.resolve("demo"));
    Files.writeString(home.resolve("demo/d.cfg"), "y = 1");
  }

  @Test
  void anEmptyLoadFolderIsFilled() throws Exception {
    Path load = home.resolve("new/load");
    Folders folders = Folders.prepare(home, Options.parse("--load", load.toString()));
    assertThat(folders.load().resolve("a.cfg")).exists();
    assertThat(Files.list(folders.load())).hasSize(1);
    folders.cleanUp();
  }

  @Test
  void aLoadFolderWithContentStaysAsItIs() throws Exception {
    Path load = Files.createDirectory(home.resolve("mine"));
    Files.writeString(load.resolve("b.cfg"), "");
    Folders.prepare(home, Options.parse("--load", load.toString())).cleanUp();
    assertThat(load.resolve("a.cfg")).doesNotExist();
  }

  @Test
  void theDemoHasItsLoadFolderInTheDataFolder() throws Exception {
    Folders folders = Folders.prepare(home, Options.parse("--demo"));
    assertThat(folders.load()).hasParentRaw(folders.data());
    assertThat(folders.load().resolve("a.cfg")).exists();
    assertThat(folders.load().resolve("d.cfg")).exists();
    assertThat(home.resolve("load/d.cfg")).doesNotExist();
    folders.cleanUp();
    assertThat(folders.data()).doesNotExist();
  }

  @Test
  void theDemoFillsALoadFolderThatIsEmpty() throws Exception {
    Path load = Files.createDirectory(home.resolve("mine"));
    Options options = Options.parse("--demo", "--load", load.toString());
    Folders.prepare(home, options).cleanUp();
    assertThat(load.resolve("d.cfg")).exists();
    Files.delete(load.resolve("d.cfg"));
    Folders.prepare(home, options).cleanUp();
    assertThat(load.resolve("d.cfg")).doesNotExist();
  }

  @Test
  void aTemporaryDataFolderGoesAndAGivenOneStays() throws Exception {
    Folders temporary = Folders.prepare(home, Options.parse());
    Files.createDirectories(temporary.framework().resolve("deep"));
    temporary.cleanUp();
    assertThat(temporary.data()).doesNotExist();
    Folders given = Folders.prepare(home, Options.parse("--data", home.resolve("data").toString()));
    given.cleanUp();
    assertThat(given.data()).isDirectory();
  }

  @Test
  void aFolderThatCannotBeWrittenToIsTold() throws Exception {
    Path file = Files.createFile(home.resolve("file"));
    StartException failure =
        catchThrowableOfType(
            StartException.class,
            () -> Folders.prepare(home, Options.parse("--data", file.resolve("x").toString())));
    assertThat(failure.exitCode()).isEqualTo(1);
    assertThat(failure.getMessage()).contains("data folder").doesNotContain("\n");
  }

  @Test
  void aHostThatIsNotBuiltIsTold() {
    StartException failure =
        catchThrowableOfType(
            StartException.class, () -> Folders.prepare(home.resolve("no"), Options.parse()));
    assertThat(failure.getMessage()).contains("built");
  }
}
