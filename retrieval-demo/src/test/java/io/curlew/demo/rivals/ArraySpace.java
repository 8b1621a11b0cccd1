package io.curlew.demo.rivals;

import io.curlew.cur.InMemorySpace;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import java.util.List;
import java.util.stream.IntStream;

/** A query over documents whose features and scores are given; nothing was learned. */
public final class ArraySpace {

  private ArraySpace() {}

  /**
   * A space whose documents have the ids d1000, d1001 and so on.
   *
   * @param features {@code [features][documents]}, named f0, f1
   */
  public static SearchSpace of(float[][] features, float[] exact) {
    float[][] rows = new float[exact.length][];
    for (int d = 0; d < rows.length; d++) {
      rows[d] = new float[] {d, -d};
    }
    AnchorSet anchors = AnchorSet.of(List.of("one", "two"), "given", rows);
    List<String> ids = IntStream.range(0, rows.length).mapToObj(d -> "d" + (1000 + d)).toList();
    List<String> names = IntStream.range(0, features.length).mapToObj(f -> "f" + f).toList();
    return new InMemorySpace(
        InMemorySpace.Documents.of(anchors, rows, ids),
        names,
        features,
        /* latent= */ null,
        some -> {
          float[] scores = new float[some.length];
          for (int i = 0; i < some.length; i++) {
            scores[i] = exact[some[i]];
          }
          return scores;
        });
  }
}
