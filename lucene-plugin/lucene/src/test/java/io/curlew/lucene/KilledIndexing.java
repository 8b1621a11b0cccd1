package io.curlew.lucene;

import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.store.FSDirectory;

/**
 * Indexes a stream of synthetic documents in a process of its own, so that {@link
 * ResumedIndexingTest} can kill it. Arguments: index directory, log of scored documents, log of
 * commits, milliseconds that a batch takes.
 */
final class KilledIndexing {

  static final int DOCUMENTS = 1500;

  private KilledIndexing() {}

  static SyntheticScores scores() {
    return SyntheticScores.draw(10, 1, DOCUMENTS, 4, new Random(5));
  }

  static Iterator<TextDocument> documents() {
    return IntStream.range(0, DOCUMENTS)
        .mapToObj(d -> new TextDocument(SyntheticScores.id(d), SyntheticScores.text(d)))
        .iterator();
  }

  public static void main(String[] args) throws Exception {
    SyntheticScores scores = scores();
    AnchorSet anchors = scores.anchorSet();
    Path scored = Path.of(args[1]);
    Path commits = Path.of(args[2]);
    long pause = Long.parseLong(args[3]);
    InteractionModel model = scores.model(new AtomicInteger());
    InteractionModel slow =
        new InteractionModel() {
          @Override
          public String fingerprint() {
            return model.fingerprint();
          }

          @Override
          public float[][] score(List<String> queries, List<String> documents) {
            try {
              Files.write(scored, documents, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
              Thread.sleep(pause);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
            return model.score(queries, documents);
          }

          @Override
          public void close() {}
        };
    IndexingOptions options =
        IndexingOptions.DEFAULT
            .withBatches(10, 30)
            .withListener(
                new IndexingListener() {
                  @Override
                  public void committed(long documents) {
                    try {
                      Files.writeString(
                          commits,
                          documents + "\n",
                          StandardOpenOption.CREATE,
                          StandardOpenOption.APPEND);
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  }
                });
    try (FSDirectory directory = FSDirectory.open(Path.of(args[0]));
        TextIndexWriter writer =
            TextIndexWriter.open(
                directory,
                CurSchema.DEFAULT,
                new WhitespaceAnalyzer(),
                anchors,
                slow,
                SyntheticIndex.embedder(scores),
                options)) {
      writer.addStream("synthetic", documents());
    }
  }
}
