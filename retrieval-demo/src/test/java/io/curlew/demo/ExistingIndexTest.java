package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.Hit;
import io.curlew.data.Document;
import io.curlew.data.TextQuery;
import io.curlew.data.WordNetDataset;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example for an index that is there already, on 600 WordNet senses and the real model. */
class ExistingIndexTest {

  @TempDir private Path directory;

  @Test
  void theExampleFindsWhatExactScoringFinds() throws IOException {
    WordNetDataset data = WordNetDataset.sample(600, 5);
    List<Document> documents = data.documents();
    Analyzer analyzer = new EnglishAnalyzer();
    Path existing = directory.resolve("existing");
    try (FSDirectory store = FSDirectory.open(existing);
        IndexWriter writer = new IndexWriter(store, new IndexWriterConfig(analyzer))) {
      for (Document document : documents) {
        writer.addDocument(
            List.of(
                new StringField("key", document.id(), Field.Store.YES),
                new TextField("body", document.text(), Field.Store.YES)));
      }
    }
    List<String> anchors = data.anchorQueryCandidates().subList(0, 60);
    TextQuery query = data.testQueries().getFirst();
    try (Models models = Models.open(Models.LATE_INTERACTION, LateInteractionOptions.defaults())) {
      Path added = directory.resolve("added");
      List<Hit> hits =
          ExistingIndexExample.run(
              existing, added, models.model(), analyzer, anchors, query.text());
      assertEquals(10, hits.size());
      float[] scores =
          models.model()
              .score(List.of(query.text()), documents.stream().map(Document::text).toList())[0];
      Set<String> exact = new HashSet<>();
      IntStream.range(0, scores.length)
          .boxed()
          .sorted(Comparator.comparingDouble(d -> -scores[d]))
          .limit(10)
          .forEach(d -> exact.add(documents.get(d).id()));
      long found = hits.stream().filter(hit -> exact.contains(hit.id())).count();
      assertTrue(found >= 8, found + " of 10");
      assertEquals(
          hits,
          ExistingIndexExample.run(
              existing, added, models.model(), analyzer, anchors, query.text()),
          "a second run has nothing to copy");
    }
  }
}
