/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.host.replacement;

import java.io.File;
import java.io.FileFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Remembers the files of a folder, and tells which of them are others than before though they look
 * alike. One thread at a time.
 */
final class ReplacedFiles {

  /**
   * What a name stands for.
   *
   * @param path without links
   * @param key the file's identity on its file system; null where it has none
   * @param modified compared by FileInstall, as the size is
   */
  private record Content(Path path, Object key, FileTime modified, long size) {

    static Content of(File file) throws IOException {
      Path path = file.toPath().toRealPath();
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Content(
          path, attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
    }

    /** Whether it is another one, and FileInstall cannot know. */
    boolean passesFor(Content former) {
      return !equals(former) && modified.equals(former.modified) && size == former.size;
    }
  }

  private final File folder;
  private final FileFilter filter;
  private Map<File, Content> contents = new HashMap<>();

  /**
   * Files of a folder.
   *
   * @param filter those that count
   */
  ReplacedFiles(File folder, FileFilter filter) {
    this.folder = folder;
    this.filter = filter;
  }

  /**
   * Hands on those that were replaced since the last call by others of the same size and time.
   *
   * @param taken hears of each, and answers whether it was taken up; if not, it comes again
   */
  void next(Predicate<File> taken) {
    File[] present = folder.listFiles(filter);
    Map<File, Content> former = contents;
    contents = new HashMap<>();
    for (File file : present == null ? new File[0] : present) {
      try {
        Content content = Content.of(file);
        Content before = former.get(file);
        boolean current = before == null || !content.passesFor(before) || taken.test(file);
        contents.put(file, current ? content : before);
      } catch (IOException gone) {
        // deleted meanwhile, or a link to nothing: FileInstall sees that
      }
    }
  }
}
