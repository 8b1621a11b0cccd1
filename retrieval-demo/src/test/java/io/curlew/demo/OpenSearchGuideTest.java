package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.demo.opensearch.OpenSearchGuide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be held of the OpenSearch demo without an OpenSearch. */
class OpenSearchGuideTest {

  @TempDir Path directory;

  @Test
  void theGuideHoldsTheCommandsThatTheDemoPrints() throws IOException {
    String guide = Files.readString(Path.of("../lucene-plugin/opensearch/README.md"));
    String printed = OpenSearchGuide.commands("http://localhost:9200").text();
    assertTrue(guide.contains("```\n" + printed + "\n```"), printed);
  }

  @Test
  void refusesAPortAndAForeignDirectory() throws IOException {
    assertEquals(2, Curlew.run("opensearch", "--port", "0", "--out", directory.toString()));
    Path mine = directory.resolve("mine");
    Files.createDirectories(mine);
    Files.writeString(mine.resolve("letter"), "mine");
    CommandRun.refused(
        mine.toString(), "opensearch", "--documents", "none", "--out", mine.toString());
    Files.createDirectories(mine.resolve("node1/plugins/curlew"));
    CommandRun.refused(
        mine.resolve("letter").toString(),
        "opensearch",
        "--documents",
        "none",
        "--out",
        mine.toString());
    assertTrue(Files.exists(mine.resolve("letter")));
  }
}
