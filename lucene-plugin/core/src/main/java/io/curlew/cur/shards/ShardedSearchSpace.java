package io.curlew.cur.shards;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.BestScores;
import io.curlew.cur.DocumentSample;
import io.curlew.cur.Estimates;
import io.curlew.cur.ModelCall;
import io.curlew.cur.Opening;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.model.ModelUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The documents of all shards for one query. A search over them spends its calls where they count,
 * on whichever shard, and fits to all that is known: so many shards find what one index would.
 * Shards scan, and call the model for their own documents; what they answer of a document holds all
 * that is known of it. Ordinals are given as documents turn up.
 *
 * <p>Messages: one for the {@link Opening}, and one for each batch of scores, with which a scan
 * goes that the search has announced; one more for all else that a search asks for. A document that
 * vanishes is gone, and so are those of a shard that is lost.
 *
 * <p>Memory: a row, as floats, for every document that a shard names, some 600 for each list.
 */
public final class ShardedSearchSpace implements SearchSpace {

  private final AnchorSet anchors;
  private final List<Feature> features;
  private final KnownDocuments known = new KnownDocuments();
  private final String[] views;
  private final long[] calls;
  private final Conversation conversation;
  private final boolean unchanged;
  private final boolean closed; // there are no documents but the known ones
  private final int size;
  private final float[] scales; // of features
  private final @Nullable LatentQuery latent;
  private Opening asked; // the known documents hold all that it lists and samples
  private Found latentList = Found.NONE;
  private Found scanned = Found.NONE;
  private @Nullable Expected expected;
  private final AtomicReference<@Nullable Scored> arrived = new AtomicReference<>();

  /**
   * A feature of the shards' spaces.
   *
   * @param relative whether its scores are divided by the best one of all shards
   */
  public record Feature(String name, boolean relative) {}

  /** The best documents by a latent query: n of them, or all that there were. */
  private record Found(@Nullable LatentQuery latent, int n, Estimates best) {
    static final Found NONE = new Found(null, 0, Estimates.NONE);
  }

  /** A scan that will be asked for. */
  private record Expected(LatentQuery latent, IntPredicate excluded, int n) {}

  /** What came back with scores; documents by shard. */
  private record Scored(
      Conversation.Reply reply, List<List<Integer>> documents, @Nullable Expected scan) {}

  /**
   * Asks the shards for what a search begins with.
   *
   * @param anchors shards refuse to answer if theirs are others
   * @param features those of the shards' spaces, in their order
   * @param opening what the search will ask for
   * @param views of a result that is at hand: where nothing has changed since, nothing else is
   *     answered, and the space is {@link #unchanged}; empty if there is none
   */
  public ShardedSearchSpace(
      Shards shards, AnchorSet anchors, List<Feature> features, Opening opening, List<String> views)
      throws IOException {
    this(shards, anchors, features, opening, views, Integer.MAX_VALUE);
  }

  private ShardedSearchSpace(
      Shards shards,
      AnchorSet anchors,
      List<Feature> features,
      Opening opening,
      List<String> views,
      int best)
      throws IOException {
    int count = shards.size();
    this.anchors = anchors;
    this.features = List.copyOf(features);
    this.views = new String[count];
    this.calls = new long[count];
    this.conversation = new Conversation(shards, features.size(), anchors.dimension(), known);
    this.asked = opening;
    this.closed = best < Integer.MAX_VALUE;
    Conversation.Reply reply =
        conversation.send(
            s -> question(views.size() == count ? views.get(s) : "", opening, List.of(), null));
    boolean[] same = new boolean[count];
    for (int s = 0; s < count; s++) {
      Answer answer = reply.answers().get(s);
      same[s] = answer != null && answer.isUnchanged();
      this.views[s] = answer == null ? "lost" : answer.view();
    }
    this.unchanged = views.equals(List.of(this.views));
    List<Conversation.Reply> replies = new ArrayList<>(List.of(reply));
    if (!unchanged) {
      replies.add(conversation.send(s -> same[s] ? question("", opening, List.of(), null) : null));
    }
    long documents = 0;
    float[] weights = null;
    List<Estimates> latentLists = new ArrayList<>();
    for (Conversation.Reply part : replies) {
      List<int[]> ordinals = conversation.take(part);
      for (Answer answer : part.answers()) {
        if (answer != null && !answer.isUnchanged()) {
          documents += answer.size();
          weights = weights == null ? answer.latent() : weights;
        }
      }
      latentLists.add(conversation.merged(part, ordinals, Answer::latentList, opening.listed()));
    }
    this.latent =
        weights == null
            ? null
            : anchors.latent(
                Arrays.copyOf(weights, weights.length - 1), weights[weights.length - 1]);
    if (latent != null && documents <= opening.latentUpTo()) {
      latentList =
          new Found(latent, opening.listed(), conversation.merged(latentLists, opening.listed()));
    }
    this.scales = new float[features.size()];
    for (int f = 0; f < scales.length; f++) {
      scales[f] = features.get(f).relative() ? highest(known.feature(f)) : 1;
    }
    if (closed) {
      keep(best);
      documents = known.there().length;
    }
    this.size = (int) Math.min(documents, Integer.MAX_VALUE);
  }

  /**
   * The same among the best documents of the first feature alone, of all shards together.
   *
   * @param best so many, which the shards' spaces must not exceed
   */
  public static ShardedSearchSpace ofBest(
      int best, Shards shards, AnchorSet anchors, List<Feature> features, List<String> views)
      throws IOException {
    return new ShardedSearchSpace(shards, anchors, features, Opening.lists(best), views, best);
  }

  private void keep(int best) throws IOException {
    boolean[] kept = new boolean[known.size()];
    for (int document : list(0, best)) {
      kept[document] = true;
    }
    for (int document = 0; document < kept.length; document++) {
      known.get(document).gone |= !kept[document];
    }
  }

  private static float highest(float[] values) {
    float highest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      highest = value > highest ? value : highest;
    }
    return highest > 0 ? highest : 1;
  }

  /** Whether the shards hold what the views say that were given. */
  public boolean unchanged() {
    return unchanged;
  }

  /** What the answers of shards were of; equal views hold the same documents. */
  public List<String> views() {
    return List.of(views);
  }

  /** Whether no shard has been lost. */
  public boolean isWhole() {
    settle();
    return conversation.isWhole();
  }

  /** The model calls by shard. */
  public long[] calls() {
    settle();
    return calls.clone();
  }

  /** The messages sent, by shard. */
  public int[] messages() {
    settle();
    return conversation.messages();
  }

  private Question question(
      String view, @Nullable Opening opening, List<String> scored, @Nullable Scan scan) {
    return new Question(anchors.fingerprint(), view, opening, scored, scan);
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
    return features.stream().map(Feature::name).toList();
  }

  @Override
  public int[] list(int feature, int n) throws IOException {
    settle();
    if (n > asked.listed() && !closed) {
      openMore(new Opening(n, 0, asked.sampled(), asked.seed()));
    }
    return new BestScores(known::ids).select(known.feature(feature), document -> false, n);
  }

  @Override
  public int[] sample(int n, long seed) throws IOException {
    settle();
    boolean all = known.there().length >= size;
    if (!all && (n > asked.sampled() || seed != asked.seed())) {
      openMore(new Opening(asked.listed(), 0, n, seed));
    }
    int[] there = known.there();
    return Arrays.stream(DocumentSample.order(known.ids(there), seed))
        .limit(n)
        .map(i -> there[i])
        .toArray();
  }

  private void openMore(Opening more) throws IOException {
    conversation.take(conversation.send(s -> question("", more, List.of(), null)));
    asked = more;
  }

  @Override
  public @Nullable LatentQuery latent() {
    return latent;
  }

  @Override
  public List<String> ids(int[] documents) {
    return known.ids(documents);
  }

  @Override
  public AnchorRows rows(int[] documents) {
    return new AnchorRows() {
      @Override
      public float[][] features() {
        float[][] values = new float[features.size()][documents.length];
        for (int f = 0; f < values.length; f++) {
          for (int i = 0; i < documents.length; i++) {
            values[f][i] = known.get(documents[i]).features[f] / scales[f];
          }
        }
        return values;
      }

      @Override
      public float[][] values() {
        return Arrays.stream(documents).mapToObj(i -> known.get(i).row).toArray(float[][]::new);
      }

      @Override
      public float[] squaredNorms() {
        float[] norms = new float[documents.length];
        for (int i = 0; i < norms.length; i++) {
          norms[i] = known.get(documents[i]).squaredNorm;
        }
        return norms;
      }
    };
  }

  @Override
  public boolean isGone(int document) {
    settle();
    return known.get(document).gone;
  }

  @Override
  public void expectTop(LatentQuery wanted, IntPredicate excluded, int n) {
    anchors.check(wanted);
    expected = closed ? null : new Expected(wanted, excluded, n);
  }

  @Override
  public Estimates top(LatentQuery wanted, IntPredicate excluded, int n) throws IOException {
    anchors.check(wanted);
    settle();
    if (closed) {
      return known.best(wanted, excluded, n);
    }
    IntPredicate out = document -> excluded.test(document) || known.get(document).gone;
    for (Found found : List.of(latentList, scanned)) {
      Estimates best = found.best;
      if (found.latent == wanted) {
        Estimates left = known.best(best.documents(), best.scores(), out, n);
        if (left.documents().length == n || best.documents().length < found.n) {
          return left;
        }
      }
    }
    Scan scan = scan(wanted, out, n);
    Conversation.Reply reply = conversation.send(s -> question("", null, List.of(), scan));
    Estimates best = conversation.merged(reply, conversation.take(reply), Answer::scanned, n);
    return known.best(best.documents(), best.scores(), out, n);
  }

  private Scan scan(LatentQuery wanted, IntPredicate out, int n) {
    int[] excluded = IntStream.range(0, known.size()).filter(out).toArray();
    return new Scan(wanted.weights(), wanted.intercept(), n, known.ids(excluded));
  }

  /** The shards call their models for their own documents. */
  @Override
  public ModelCall score(int[] documents) {
    settle();
    List<List<Integer>> byShard = new ArrayList<>();
    for (int s = 0; s < conversation.size(); s++) {
      byShard.add(new ArrayList<>());
    }
    Map<Integer, Integer> places = new HashMap<>();
    for (int document : documents) {
      byShard.get(known.get(document).shard).add(document);
      places.put(document, places.size());
    }
    Expected wanted = expected;
    expected = null;
    Scan scan =
        wanted == null
            ? null
            : scan(
                wanted.latent,
                i -> wanted.excluded.test(i) || places.containsKey(i) || known.get(i).gone,
                wanted.n);
    List<List<String>> ids = byShard.stream().map(some -> known.ids(array(some))).toList();
    return () -> {
      Conversation.Reply reply =
          conversation.send(
              s ->
                  scan == null && ids.get(s).isEmpty()
                      ? null
                      : question("", null, ids.get(s), scan));
      arrived.set(new Scored(reply, byShard, wanted));
      return scores(reply, byShard, places);
    };
  }

  private static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  private static float[] scores(
      Conversation.Reply reply, List<List<Integer>> byShard, Map<Integer, Integer> places) {
    float[] scores = new float[places.size()];
    Arrays.fill(scores, Float.NaN);
    for (int s = 0; s < byShard.size(); s++) {
      Answer answer = reply.answers().get(s);
      if (answer != null && answer.unavailable() != null) {
        throw new ModelUnavailableException(answer.unavailable());
      }
      for (int i = 0; answer != null && i < answer.scores().length; i++) {
        scores[places.getOrDefault(byShard.get(s).get(i), -1)] = answer.scores()[i];
      }
    }
    return scores;
  }

  /**
   * Takes in what came with the last scores: on the thread of the search, whichever has asked, and
   * whether or not it has waited.
   */
  private void settle() {
    Scored scored = arrived.getAndSet(null);
    if (scored == null) {
      return;
    }
    List<int[]> ordinals = conversation.take(scored.reply);
    for (int s = 0; s < conversation.size(); s++) {
      Answer answer = scored.reply.answers().get(s);
      for (int i = 0; answer != null && i < answer.scores().length; i++) {
        boolean gone = Float.isNaN(answer.scores()[i]);
        known.get(scored.documents.get(s).get(i)).gone |= gone;
        calls[s] += gone ? 0 : 1;
      }
    }
    Expected scan = scored.scan;
    if (scan != null) {
      try {
        scanned =
            new Found(
                scan.latent,
                scan.n,
                conversation.merged(scored.reply, ordinals, Answer::scanned, scan.n));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
