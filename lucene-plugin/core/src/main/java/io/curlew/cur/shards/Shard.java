package io.curlew.cur.shards;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.Estimates;
import io.curlew.cur.Opening;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.model.ModelUnavailableException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A shard's side of a search over many: answers the questions of {@link ShardedSearchSpace} about
 * its own documents, for one query.
 *
 * @param space its documents; values of features are not divided by anything
 * @param view says what they are: equal views of a shard hold the same documents, on all replicas
 * @param ids finds documents
 */
public record Shard(SearchSpace space, String view, Ids ids) {

  private static final IntPredicate NONE = document -> false;

  /** Finds documents by their external ids. */
  @FunctionalInterface
  public interface Ids {
    /** The ordinals of documents, in the order given; -1 for one that the space does not have. */
    int[] documents(List<String> ids) throws IOException;
  }

  /**
   * Answers a question; one that asks for scores calls the model for as many documents, those that
   * are gone left out.
   *
   * @throws IllegalArgumentException if the bytes are no question
   * @throws IncompatibleIndexException if whoever asks has other anchors
   */
  public byte[] answer(byte[] question) throws IOException {
    Question asked = Question.of(question);
    String anchors = space.anchors().fingerprint();
    if (!asked.anchors().equals(anchors)) {
      throw new IncompatibleIndexException(
          "shards must have one anchor set, got: " + asked.anchors() + " and " + anchors);
    }
    return (asked.view().equals(view) ? Answer.unchanged(view) : answer(asked)).toBytes();
  }

  private Answer answer(Question asked) throws IOException {
    Named named = new Named();
    LatentQuery latent = null;
    Ranked latentList = Ranked.NONE;
    Opening opening = asked.opening();
    if (opening != null) {
      latent = space.latent();
      boolean matches = false;
      for (int f = 0; f < space.features().size(); f++) {
        int[] list = space.list(f, Math.max(1, opening.listed()));
        matches |= list.length > 0;
        named.places(list);
      }
      if (opening.sampled() > 0) { // a sample looks at all documents
        named.places(space.sample(opening.sampled(), opening.seed()));
      } else if (!matches) {
        named.places(space.sample(opening.listed(), 0)); // what a search begins with then
      }
      if (latent != null && space.size() <= opening.latentUpTo()) {
        latentList = named.ranked(space.top(latent, NONE, opening.listed()));
      }
    }
    Scan scan = asked.scan();
    Ranked scanned = scan == null ? Ranked.NONE : named.ranked(top(scan));
    @Nullable String unavailable = null;
    float[] scores = new float[0];
    try {
      scores = scores(asked.scored());
    } catch (ModelUnavailableException e) {
      unavailable = String.valueOf(e.getMessage());
    }
    return new Answer(
        view,
        space.size(),
        unavailable,
        latent == null ? null : withIntercept(latent),
        named.documents(),
        latentList,
        scanned,
        scores);
  }

  private static float[] withIntercept(LatentQuery latent) {
    float[] values = Arrays.copyOf(latent.weights(), latent.weights().length + 1);
    values[values.length - 1] = latent.intercept();
    return values;
  }

  private Estimates top(Scan scan) throws IOException {
    Set<Integer> excluded = new HashSet<>();
    for (int document : ids.documents(scan.excluded())) {
      excluded.add(document);
    }
    LatentQuery latent = space.anchors().latent(scan.weights(), scan.intercept());
    return space.top(latent, excluded::contains, scan.n());
  }

  private float[] scores(List<String> asked) throws IOException {
    float[] scores = new float[asked.size()];
    Arrays.fill(scores, Float.NaN);
    int[] documents = ids.documents(asked);
    int[] there = IntStream.range(0, scores.length).filter(i -> documents[i] >= 0).toArray();
    if (there.length > 0) {
      float[] exact = space.score(Arrays.stream(there).map(i -> documents[i]).toArray()).run();
      for (int i = 0; i < there.length; i++) {
        scores[there[i]] = exact[i];
      }
    }
    return scores;
  }

  /** The documents that an answer names, each once. */
  private final class Named {

    private final Map<Integer, Integer> places = new LinkedHashMap<>();

    int[] places(int[] documents) {
      int[] of = new int[documents.length];
      for (int i = 0; i < of.length; i++) {
        of[i] = places.computeIfAbsent(documents[i], unknown -> places.size());
      }
      return of;
    }

    Ranked ranked(Estimates best) {
      return new Ranked(places(best.documents()), best.scores());
    }

    Answer.Documents documents() throws IOException {
      if (places.isEmpty()) {
        return Answer.Documents.NONE;
      }
      int[] all = places.keySet().stream().mapToInt(Integer::intValue).toArray();
      AnchorRows rows = space.rows(all);
      byte[][] encoded = rows.encoded();
      float[][] values = encoded == null ? rows.values() : new float[0][];
      return new Answer.Documents(
          space.ids(all), rows.features(), values, encoded, rows.squaredNorms());
    }
  }
}
