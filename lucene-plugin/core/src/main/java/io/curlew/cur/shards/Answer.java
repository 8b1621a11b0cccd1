package io.curlew.cur.shards;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a shard says to a {@link Question}.
 *
 * @param view what the answer is of; equal views hold the same documents
 * @param size the number of documents; -1 if the view is the one that was named, and nothing else
 *     is answered
 * @param unavailable why the model could not be asked, or null
 * @param latent the learned latent query, as weights and intercept, or null
 * @param documents all that the rest of the answer names
 * @param latentList the best by the latent query
 * @param scanned the best by the scan
 * @param scores of the documents asked for; NaN for one that is gone
 */
record Answer(
    String view,
    int size,
    @Nullable String unavailable,
    float @Nullable [] latent,
    Documents documents,
    Ranked latentList,
    Ranked scanned,
    float[] scores) {

  private static final int VERSION = 1;

  /**
   * Documents with all that is known of them without the model.
   *
   * @param features {@code [features][documents]}, as the engine gives them; NaN for no match
   * @param rows centred, {@code [documents][dimensions]}
   */
  record Documents(List<String> ids, float[][] features, float[][] rows, float[] squaredNorms) {

    static final Documents NONE =
        new Documents(List.of(), new float[0][], new float[0][], new float[0]);
  }

  /** Nothing has changed. */
  static Answer unchanged(String view) {
    return new Answer(view, -1, null, null, Documents.NONE, Ranked.NONE, Ranked.NONE, new float[0]);
  }

  boolean isUnchanged() {
    return size < 0;
  }

  byte[] toBytes() {
    MessageWriter out = new MessageWriter(VERSION);
    out.text(view);
    out.number(size);
    out.flag(unavailable != null);
    if (unavailable != null) {
      out.text(unavailable);
    }
    out.flag(latent != null);
    if (latent != null) {
      out.floats(latent);
    }
    out.texts(documents.ids);
    out.matrix(documents.features);
    out.matrix(documents.rows);
    out.floats(documents.squaredNorms);
    for (Ranked ranked : List.of(latentList, scanned)) {
      out.ints(ranked.places());
      out.floats(ranked.scores());
    }
    out.floats(scores);
    return out.toBytes();
  }

  /**
   * Reads an answer.
   *
   * @param features the number of features
   * @param dimension of a row
   * @param scored the number of documents whose scores were asked for
   * @throws IllegalArgumentException if the bytes are not one to such a question
   */
  static Answer of(byte[] bytes, int features, int dimension, int scored) {
    MessageReader in = new MessageReader("answer", VERSION, bytes);
    String view = in.text();
    int size = (int) in.number();
    String unavailable = in.flag() ? in.text() : null;
    float[] latent = in.flag() ? in.floats(dimension + 1) : null;
    List<String> ids = in.texts();
    float[][] values = in.matrix();
    boolean named = !ids.isEmpty();
    in.check("features", named ? features : 0, values.length);
    for (float[] feature : values) {
      in.check("documents of a feature", ids.size(), feature.length);
    }
    float[][] rows = in.matrix();
    in.check("rows", ids.size(), rows.length);
    for (float[] row : rows) {
      in.check("values of a row", dimension, row.length);
    }
    Documents documents = new Documents(ids, values, rows, in.floats(ids.size()));
    List<Ranked> lists = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int[] places = in.ints();
      for (int place : places) {
        in.checkPlace(place, ids.size());
      }
      lists.add(new Ranked(places, in.floats(places.length)));
    }
    float[] scores = in.floats();
    in.check("scores", size < 0 || unavailable != null ? 0 : scored, scores.length);
    in.end();
    return new Answer(
        view, size, unavailable, latent, documents, lists.get(0), lists.get(1), scores);
  }
}
