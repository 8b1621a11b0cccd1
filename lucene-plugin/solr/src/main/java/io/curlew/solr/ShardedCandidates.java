package io.curlew.solr;

import io.curlew.cur.BestScores;
import io.curlew.cur.Candidates;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.model.InteractionModel;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
final class ShardedCandidates implements Candidates {

  private static final BitSet NONE = new BitSet();

  private final boolean local; // all come from the first stage, and are scanned here
  private final String fingerprint;
  private final KnownDocuments known = new KnownDocuments();
  private final ShardQuestions questions;
  private final List<String> views = new ArrayList<>();
  private final long[] calls;
  private int size;

  /**
   * Asks the shards how many documents they have.
   *
   * @param fingerprint of the model
   */
  ShardedCandidates(ShardCalls shards, CurPlan plan, String fingerprint) throws IOException {
    this.questions = new ShardQuestions(shards, known);
    this.local = plan.reranks();
    this.fingerprint = fingerprint;
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
  public int size() {
    return size;
  }

  @Override
  public int[] firstStage(int n) throws IOException {
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

  @Override
  public float[] firstStageScores(int[] documents) {
    float[] scores = new float[documents.length];
    for (int i = 0; i < scores.length; i++) {
      float score = known.get(documents[i]).firstStage;
      scores[i] = Float.isNaN(score) ? 0 : score;
    }
    return scores;
  }

  @Override
  public int[] sample(int n, long seed) throws IOException {
    ModifiableSolrParams seeded = new ModifiableSolrParams();
    seeded.set(CurShardHandler.SEED, Long.toString(seed));
    return questions.best("sample", n, shard -> new ModifiableSolrParams(seeded)).documents();
  }

  @Override
  public int[] all() {
    return local ? IntStream.range(0, known.size()).toArray() : questions.all("all");
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
  public float[][] anchorRows(int[] documents) {
    fetchRows(documents);
    return Arrays.stream(documents).mapToObj(i -> known.get(i).row()).toArray(float[][]::new);
  }

  @Override
  public float[] squaredNorms(int[] documents) {
    fetchRows(documents);
    float[] norms = new float[documents.length];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = known.get(documents[i]).squaredNorm;
    }
    return norms;
  }

  @Override
  public float[][] products(int[] documents, float[][] vectors) {
    float[][] rows = anchorRows(documents);
    float[][] products = new float[vectors.length][documents.length];
    DotProduct dotProduct = DotProduct.create();
    for (int v = 0; v < vectors.length; v++) {
      for (int i = 0; i < rows.length; i++) {
        products[v][i] = dotProduct.of(rows[i], vectors[v]);
      }
    }
    return products;
  }

  /** The ids: {@link #model} takes them for texts. */
  @Override
  public List<String> texts(int[] documents) {
    return ids(documents);
  }

  @Override
  public List<String> ids(int[] documents) {
    return known.ids(documents);
  }

  @Override
  public Estimates best(LatentQuery estimate, BitSet excluded, int n) throws IOException {
    if (n == 0) {
      return Estimates.NONE;
    }
    if (local) {
      return bestOfKnown(estimate, excluded, n);
    }
    return questions.best(
        "best",
        n,
        shard -> {
          ModifiableSolrParams own = new ModifiableSolrParams();
          own.set(CurShardHandler.WEIGHTS, Packed.text(Packed.floats(estimate.weights())));
          own.set(
              CurShardHandler.PRIOR,
              Packed.text(Packed.floats(estimate.firstStageWeight(), estimate.intercept())));
          own.set(
              CurShardHandler.DOCUMENTS,
              excluded.stream()
                  .filter(i -> known.get(i).shard == shard)
                  .mapToObj(i -> known.get(i).id)
                  .toArray(String[]::new));
          return own;
        });
  }

  private Estimates bestOfKnown(LatentQuery estimate, BitSet excluded, int n) throws IOException {
    int[] all = all();
    float[] estimates = products(all, new float[][] {estimate.weights()})[0];
    float[] firstStage = firstStageScores(all);
    for (int i = 0; i < estimates.length; i++) {
      estimates[i] += estimate.intercept() + estimate.firstStageWeight() * firstStage[i];
    }
    int[] best = new BestScores(this::ids).select(estimates, excluded, n);
    float[] scores = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      scores[i] = estimates[best[i]];
    }
    return new Estimates(best, scores);
  }

  /** The model where the documents are: takes their ids for texts. */
  InteractionModel model() {
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return fingerprint;
      }

      @Override
      public float[][] score(List<String> queries, List<String> ids) {
        int[] documents = ids.stream().mapToInt(id -> known.ordinal(id)).toArray();
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
        return new float[][] {inOrder};
      }

      @Override
      public void close() {}
    };
  }
}
