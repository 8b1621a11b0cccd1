package io.curlew.attention.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {

  /** A job's text holds the metadata of what it began with: another order would be another job. */
  @Test
  void metadataReadTheSameInEveryRun(@TempDir Path directory) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    List<String> sorted = new ArrayList<>();
    for (int i = 19; i >= 0; i--) {
      metadata.put("key " + (char) ('a' + i), "value " + i);
      sorted.addFirst("key " + (char) ('a' + i));
    }
    SafetensorsFile file = new SafetensorsFile(metadata, Map.of());
    assertEquals(sorted, List.copyOf(file.metadata().keySet()));
    Path path = directory.resolve("file");
    file.write(path);
    SafetensorsFile read = SafetensorsFile.read(new ByteArrayInputStream(Files.readAllBytes(path)));
    assertEquals(sorted, List.copyOf(read.metadata().keySet()));
    assertEquals(file.metadata(), read.metadata());
  }
}
