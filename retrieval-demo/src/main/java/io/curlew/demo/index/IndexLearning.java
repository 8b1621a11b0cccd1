package io.curlew.demo.index;

import io.curlew.attention.scoring.TextRole;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.learn.AnchorLearning;
import io.curlew.cur.learn.ProfileLearning;
import io.curlew.demo.console.Progress;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;

/** Learns from the anchors' own scores, once all documents of an index have theirs. */
final class IndexLearning {

  private IndexLearning() {}

  /**
   * What they say of the features; calls no model.
   *
   * @param judgements of training queries, by their texts: ids of documents and grades
   */
  static Learned learn(
      Path index,
      IndexFields fields,
      AnchorSet anchors,
      Models models,
      Map<String, Map<String, Integer>> judgements,
      long seed)
      throws IOException {
    List<Feature> features =
        fields.features(
            "hybrid", texts -> models.lateInteraction().encoder().pooled(TextRole.QUERY, texts));
    try (FSDirectory directory = FSDirectory.open(index);
        DirectoryReader reader = DirectoryReader.open(directory);
        Progress progress =
            Progress.start("Learning from the anchors", AnchorLearning.steps(anchors))) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), fields.schema(), anchors, fields.text());
      Learned learned = searcher.learn(features, seed, () -> progress.step(1));
      CurSearcher learnedSearcher =
          CurSearcher.open(
              new IndexSearcher(reader),
              fields.schema(),
              anchors.withLearned(learned),
              fields.text());
      ProfileLearning.Outcome profile = learnedSearcher.learnProfile(features, judgements);
      if (profile.queries() > 0) {
        Progress.log(
            String.format(
                Locale.ROOT,
                "%d judged queries: nDCG@10 %.3f by score, %.3f with a profile, held out;"
                    + " profile: %s",
                profile.queries(),
                profile.without(),
                profile.with(),
                profile.profile()));
      }
      return learned.withProfile(profile.profile());
    }
  }
}
