package io.curlew.solr;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.BestScores;
import io.curlew.cur.Estimates;
import io.curlew.cur.ModelCall;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.lucene.rows.DocumentSample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.common.util.NamedList;

/**
 * The documents of all shards for one query. A search over them spends its calls where they count,
 * on whichever shard, and fits to all that is known: so a cloud finds what one core would. Shards
 * scan, and call the model for their own documents; what is known of a document is asked for once.
 * Ordinals are given as documents turn up.
 *
 * <p>Memory and messages: a row for every document that is looked at closely, some 2,000.
 */
final class ShardedSearchSpace implements SearchSpace {

  private static final IntPredicate NONE = document -> false;

  private final boolean local; // all come from the first stage, and are scanned here
  private final AnchorSet anchors;
  private final KnownDocuments known = new KnownDocuments();
  private final ShardQuestions questions;
  private final List<String> views = new ArrayList<>();
  private final long[] calls;
  private int size;

  /**
   * Asks the shards how many documents they have.
   *
   * @param anchors of this node; shards refuse to answer if theirs are others
   */
  ShardedSearchSpace(ShardCalls shards, CurPlan plan, AnchorSet anchors) throws IOException {
    this.questions = new ShardQuestions(shards, known);
    this.local = plan.reranks();
    this.anchors = anchors;
    this.calls = new long[shards.shards()];
    for (NamedList<Object> answer : shards.ask("open", shard -> new ModifiableSolrParams())) {
      size += answer == null ? 0 : (Integer) answer.get("size");
      views.add(answer == null ? "lost" : (String) answer.get("view"));
    }
    if (local) {
      size = Math.min(size, plan.search().depth());
      firstStageOf(size);
    }
  }

  /** What the answers of shards were of; equal views hold the same documents. */
  List<String> views() {
    return List.copyOf(views);
  }

  /** The model calls by shard. */
  long[] calls() {
    return calls.clone();
  }

  @Override
  public AnchorSet anchors() {
    return anchors;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<String> features() {
    return List.of(CurPlan.Pool.FIRST_STAGE);
  }

  @Override
  public int[] list(int feature, int n) throws IOException {
    if (!local) {
      firstStageOf(n);
    }
    return new BestScores(this::ids).select(known.firstStage(), NONE, n);
  }

  private void firstStageOf(int n) throws IOException {
    int[] best = questions.best("firstStage", n, shard -> new ModifiableSolrParams()).documents();
    if (local) { // those beyond the best are out
      known.keep(best);
    }
  }

  /** The first-stage scores of documents; 0 for one that the first stage does not match. */
  float[] firstStageScores(int[] documents) {
    float[] scores = new float[documents.length];
    for (int i = 0; i < scores.length; i++) {
      float score = known.get(documents[i]).firstStage;
      scores[i] = Float.isNaN(score) ? 0 : score;
    }
    return scores;
  }

  @Override
  public int[] sample(int n, long seed) {
    int[] some = local ? IntStream.range(0, known.size()).toArray() : sampleOfShards(n, seed);
    return Arrays.stream(DocumentSample.order(known.ids(some), seed))
        .limit(n)
        .map(i -> some[i])
        .toArray();
  }

  private int[] sampleOfShards(int n, long seed) {
    ModifiableSolrParams seeded = new ModifiableSolrParams();
    seeded.set(CurShardHandler.SEED, Long.toString(seed));
    return questions.documents("sample", n, shard -> new ModifiableSolrParams(seeded));
  }

  private void fetchRows(int[] documents) {
    int[] missing =
        Arrays.stream(documents).filter(i -> known.get(i).row == null).distinct().toArray();
    questions.ofDocuments(
        "rows",
        missing,
        (shard, asked, answer) -> {
          float[] rows = Packed.floats((byte[]) answer.get("rows"));
          float[] norms = Packed.floats((byte[]) answer.get("norms"));
          int dimension = rows.length / norms.length;
          for (int i = 0; i < norms.length; i++) {
            KnownDocuments.Known document = known.get(asked.get(i));
            document.row = Arrays.copyOfRange(rows, i * dimension, (i + 1) * dimension);
            document.squaredNorm = norms[i];
          }
        });
  }

  @Override
  public AnchorRows rows(int[] documents) {
    return new AnchorRows() {
      @Override
      public float[][] features() {
        float[] scores = new float[documents.length];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = known.get(documents[i]).firstStage;
        }
        return new float[][] {scores};
      }

      @Override
      public float[][] values() {
        return rowsOf(documents);
      }

      @Override
      public float[] squaredNorms() {
        fetchRows(documents);
        float[] norms = new float[documents.length];
        for (int i = 0; i < norms.length; i++) {
          norms[i] = known.get(documents[i]).squaredNorm;
        }
        return norms;
      }
    };
  }

  private float[][] rowsOf(int[] documents) {
    fetchRows(documents);
    return Arrays.stream(documents).mapToObj(i -> known.get(i).row()).toArray(float[][]::new);
  }

  @Override
  public List<String> ids(int[] documents) {
    return known.ids(documents);
  }

  @Override
  public Estimates top(LatentQuery latent, IntPredicate excluded, int n) throws IOException {
    anchors.check(latent);
    if (n == 0) {
      return Estimates.NONE;
    }
    if (local) {
      return bestOfKnown(latent, excluded, n);
    }
    return questions.best(
        "best",
        n,
        shard -> {
          ModifiableSolrParams own = new ModifiableSolrParams();
          own.set(CurShardHandler.WEIGHTS, Packed.text(Packed.floats(latent.weights())));
          own.set(CurShardHandler.INTERCEPT, Packed.text(Packed.floats(latent.intercept())));
          own.set(
              CurShardHandler.DOCUMENTS,
              IntStream.range(0, known.size())
                  .filter(excluded)
                  .filter(i -> known.get(i).shard == shard)
                  .mapToObj(i -> known.get(i).id)
                  .toArray(String[]::new));
          return own;
        });
  }

  private Estimates bestOfKnown(LatentQuery latent, IntPredicate excluded, int n)
      throws IOException {
    int[] all = IntStream.range(0, known.size()).toArray();
    float[] estimates = rows(all).products(new float[][] {latent.weights()})[0];
    for (int i = 0; i < estimates.length; i++) {
      estimates[i] += latent.intercept();
    }
    int[] best = new BestScores(this::ids).select(estimates, excluded, n);
    float[] scores = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      scores[i] = estimates[best[i]];
    }
    return new Estimates(best, scores);
  }

  /** The shards call their models for their own documents. */
  @Override
  public ModelCall score(int[] documents) {
    return () -> {
      Map<Integer, Float> scores = new HashMap<>();
      questions.ofDocuments(
          "score",
          documents,
          (shard, asked, answer) -> {
            float[] some = Packed.floats((byte[]) answer.get("scores"));
            for (int i = 0; i < some.length; i++) {
              scores.put(asked.get(i), some[i]);
            }
            calls[shard] += some.length;
          });
      float[] inOrder = new float[documents.length];
      for (int i = 0; i < inOrder.length; i++) {
        inOrder[i] = Objects.requireNonNull(scores.get(documents[i]));
      }
      return inOrder;
    };
  }
}
