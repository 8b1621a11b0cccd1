package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.demo.solr.SolrGuide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be held of the Solr demo without a Solr. */
class SolrGuideTest {

  @TempDir Path directory;

  @Test
  void theGuideHoldsTheCommandsThatTheDemoPrints() throws IOException {
    String guide = Files.readString(Path.of("../lucene-plugin/solr/README.md"));
    String printed = SolrGuide.commands("http://localhost:8983/solr").text();
    assertTrue(guide.contains("```\n" + printed + "\n```"), printed);
  }

  @Test
  void refusesAPortAndAForeignDirectory() throws IOException {
    assertEquals(2, Curlew.run("solr", "--port", "0", "--out", directory.toString()));
    Path mine = directory.resolve("mine");
    Files.createDirectories(mine);
    Files.writeString(mine.resolve("letter"), "mine");
    CommandRun.refused(mine.toString(), "solr", "--documents", "none", "--out", mine.toString());
    Files.createDirectories(mine.resolve("install/modules/curlew"));
    CommandRun.refused(
        mine.resolve("letter").toString(), "solr", "--documents", "none", "--out", mine.toString());
    assertTrue(Files.exists(mine.resolve("letter")));
    assertTrue(Files.exists(mine.resolve("install/modules/curlew")));
  }

  @Test
  void writesAnAnchorFile() throws IOException {
    Path file = directory.resolve("anchors.curlew");
    String[] command = {
      "anchors",
      "create",
      "--dataset",
      "wordnet",
      "--documents",
      "200",
      "--anchors",
      "20",
      "--out",
      file.toString()
    };
    assertEquals(0, Curlew.run(command));
    assertEquals(20, AnchorFile.read(file).size());
  }
}
