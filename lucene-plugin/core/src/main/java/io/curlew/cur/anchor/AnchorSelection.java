package io.curlew.cur.anchor;

import io.curlew.lowrank.ColumnSelection;
import io.curlew.lowrank.Truncation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.jspecify.annotations.Nullable;

/**
 * How anchor queries are chosen among candidates: as a row skeleton of the candidates' scores on a
 * sample of documents. Queries whose scores are combinations of others' add nothing to the space
 * that a new query is fitted in.
 *
 * <p>No selection wins on every collection (Yadav et al. 2022, 2023): choose on held-out anchor
 * queries, never on the queries that are evaluated. Measured so, with 400 anchors out of 1,200
 * candidates and late interaction, recall@100 of adaptive search at 200 calls: over uniform, the
 * skeleton gains 0.6 points on WordNet and 0.7 on Vaswani and loses 1.9 on CACM, where every
 * selection by scores loses but {@link #NORM}; hence uniform by default. All but {@link #UNIFORM}
 * cost candidates x sample calls of the model, and the column selection of the same name of {@link
 * ColumnSelection}.
 */
public enum AnchorSelection {
  /** The first of the candidates, which are in random order: needs no scores. */
  UNIFORM(null),
  /** The pivots of a pivoted QR: each time the query that is worst fitted by those before. */
  SKELETON(seed -> ColumnSelection.pivotedQr()),
  /** One query of each of as many clusters of queries. */
  KMEANS(ColumnSelection::kMeans),
  /** Drawn by leverage score. */
  LEVERAGE(ColumnSelection::leverage),
  /** Interpolation points of the singular vectors. */
  DEIM(seed -> ColumnSelection.deim()),
  /** Each time the query that explains most of what is left. */
  GREEDY(seed -> ColumnSelection.greedyResidual()),
  /** Drawn by what is left of the singular vectors. */
  ADAPTIVE(ColumnSelection::adaptiveRandomPivoting),
  /** Drawn by the squared norm of the scores. */
  NORM(ColumnSelection::normWeighted);

  private final @Nullable LongFunction<ColumnSelection> selection;

  AnchorSelection(@Nullable LongFunction<ColumnSelection> selection) {
    this.selection = selection;
  }

  /** The name on a command line: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All names. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(AnchorSelection::label).toList();
  }

  /**
   * The selection of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static AnchorSelection named(String label) {
    for (AnchorSelection value : values()) {
      if (value.label().equals(label)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "anchor selection must be one of " + labels() + ", got: " + label);
  }

  /** Whether the candidates have to be scored on a sample. */
  public boolean needsScores() {
    return selection != null;
  }

  /**
   * Chooses candidates.
   *
   * @param scores {@code [candidates][documents]}, finite, not modified; without documents if
   *     {@link #needsScores} is false
   * @param count how many, at least 1 and at most the candidates
   * @param seed of the random choices
   * @return distinct indices, in the order of choice. Where there are fewer documents than {@code
   *     count}, or the scores are exhausted before, the first of the other candidates follow
   */
  public int[] select(float[][] scores, int count, long seed) {
    if (count < 1 || count > scores.length) {
      throw new IllegalArgumentException(
          "count must be between 1 and the candidates, " + scores.length + ", got: " + count);
    }
    if (selection == null) {
      return IntStream.range(0, count).toArray();
    }
    int documents = scores[0].length;
    int rank = Math.min(count, documents);
    int[] chosen = new int[0];
    if (rank > 0) {
      DMatrixRMaj transposed = new DMatrixRMaj(documents, scores.length);
      for (int q = 0; q < scores.length; q++) {
        for (int d = 0; d < documents; d++) {
          transposed.data[d * scores.length + q] = scores[q][d];
        }
      }
      chosen = selection.apply(seed).select(transposed, Truncation.rank(rank));
    }
    List<Integer> all = new ArrayList<>(IntStream.of(chosen).boxed().toList());
    for (int q = 0; all.size() < count; q++) {
      if (!all.contains(q)) {
        all.add(q);
      }
    }
    return all.stream().mapToInt(Integer::intValue).toArray();
  }
}
