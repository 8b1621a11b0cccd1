package io.curlew.opensearch;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The anchor files of a node, below its config directory; read again when they have changed. */
final class AnchorFiles {

  private final Path directory;
  private final Map<String, Read> byName = new ConcurrentHashMap<>();

  AnchorFiles(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
  }

  private record Read(FileTime changed, long size, AnchorSet anchors) {}

  /**
   * The anchors of a file.
   *
   * @param name relative to the config directory
   * @throws IllegalArgumentException if it is none, or elsewhere
   */
  AnchorSet get(String name) {
    try {
      Path file = directory.resolve(name).normalize();
      if (!file.startsWith(directory)) {
        throw new IllegalArgumentException(
            "anchor file must be below the node's config directory, got: " + name);
      }
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Read known = byName.get(name);
      if (known == null
          || known.size != now.size()
          || !known.changed.equals(now.lastModifiedTime())) {
        known = new Read(now.lastModifiedTime(), now.size(), AnchorFile.read(file));
        byName.put(name, known);
      }
      return known.anchors;
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "anchor file must be in the config directory of every node, got: \""
              + name
              + "\": "
              + e.getMessage(),
          e);
    }
  }
}
