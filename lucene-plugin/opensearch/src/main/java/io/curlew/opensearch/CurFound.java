package io.curlew.opensearch;

import io.curlew.cur.Hit;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.lucene.rows.EngineScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/** What a search has found on all shards, as these need it to find their hits. */
final class CurFound extends ActionResponse implements Writeable {

  /** So many steps between two scores: a boost that rounds does not bring them together. */
  private static final int STEPS = 4;

  private final CurSearch search;
  private final boolean qualified;
  private final List<Found> hits;
  private final @Nullable LatentQuery estimate;

  /**
   * A hit.
   *
   * @param id see {@link DocumentNames}
   * @param value the score that OpenSearch sees
   * @param score the model's, or the estimate of it, and what the profile adds
   * @param features what the first stage says, NaN where it says nothing
   */
  record Found(
      String id,
      float value,
      float score,
      float modelScore,
      boolean exact,
      int round,
      float[] features) {

    Hit hit() {
      return new Hit(id, 0, score, modelScore, exact, round);
    }
  }

  /**
   * What was found.
   *
   * @param search with the features that were looked at
   * @param qualified whether ids name their index
   * @param ranking best first
   * @param features {@code [features][hits]}
   */
  CurFound(
      CurSearch search,
      boolean qualified,
      List<Hit> ranking,
      float[][] features,
      @Nullable LatentQuery estimate) {
    this.search = search;
    this.qualified = qualified;
    this.estimate = estimate;
    Found[] found = new Found[ranking.size()];
    float below = Float.POSITIVE_INFINITY;
    for (int i = 0; i < found.length; i++) {
      Hit hit = ranking.get(i);
      float[] values = new float[features.length];
      for (int f = 0; f < values.length; f++) {
        values[f] = features[f][i];
      }
      float value = Math.min(EngineScores.of(hit.score()), below);
      below = value - STEPS * Math.ulp(value);
      found[i] =
          new Found(
              hit.id(), value, hit.score(), hit.modelScore(), hit.exact(), hit.round(), values);
    }
    this.hits = List.of(found);
  }

  CurFound(StreamInput in) throws IOException {
    super(in);
    this.search = new CurSearch(in);
    this.qualified = in.readBoolean();
    this.hits =
        in.readList(
            from ->
                new Found(
                    from.readString(),
                    from.readFloat(),
                    from.readFloat(),
                    from.readFloat(),
                    from.readBoolean(),
                    from.readVInt() - 1,
                    from.readFloatArray()));
    this.estimate =
        in.readBoolean()
            ? new LatentQuery(in.readString(), in.readFloatArray(), in.readFloat())
            : null;
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    search.writeTo(out);
    out.writeBoolean(qualified);
    out.writeCollection(
        hits,
        (to, hit) -> {
          to.writeString(hit.id);
          to.writeFloat(hit.value);
          to.writeFloat(hit.score);
          to.writeFloat(hit.modelScore);
          to.writeBoolean(hit.exact);
          to.writeVInt(hit.round + 1);
          to.writeFloatArray(hit.features);
        });
    out.writeBoolean(estimate != null);
    if (estimate != null) {
      out.writeString(estimate.anchors());
      out.writeFloatArray(estimate.weights());
      out.writeFloat(estimate.intercept());
    }
  }

  CurSearch search() {
    return search;
  }

  boolean qualified() {
    return qualified;
  }

  /** The hits, best first. */
  List<Found> hits() {
    return hits;
  }

  /** The linear form of the query, or null if there is none. */
  @Nullable LatentQuery estimate() {
    return estimate;
  }

  /** The hits of one index by id. */
  Map<String, Found> ofIndex(String index) {
    DocumentNames names = new DocumentNames(index, qualified);
    Map<String, Found> byId = new HashMap<>();
    for (Found hit : hits) {
      String id = names.id(hit.id);
      if (id != null) {
        byId.put(id, hit);
      }
    }
    return byId;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CurFound that
        && search.equals(that.search)
        && qualified == that.qualified
        && Arrays.equals(key(), that.key());
  }

  private Object[] key() {
    return hits.stream().map(hit -> List.of(hit.id, hit.value)).toArray();
  }

  @Override
  public int hashCode() {
    return Objects.hash(search, qualified, Arrays.hashCode(key()));
  }
}
