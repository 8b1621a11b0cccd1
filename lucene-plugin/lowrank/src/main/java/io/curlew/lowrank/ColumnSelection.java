package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * Chooses columns of a matrix that stand for all of it. Given a rank, that many distinct columns
 * are returned; fewer only where the others could add nothing, such as columns of zeros. Given a
 * tolerance, as many as the method needs to meet it (each says in which measure). An instance has
 * no state: the same matrix and truncation give the same columns.
 *
 * <p>All throw an {@link IllegalArgumentException} if the rank is above min(m, n) or an entry is
 * not finite. See the package description for which to use.
 */
public interface ColumnSelection {

  /**
   * Chooses columns.
   *
   * @param m the matrix (m x n), not modified
   * @return distinct indices, in the order of choice
   */
  int[] select(DMatrixRMaj m, Truncation truncation);

  /**
   * Chooses as many rows, given the columns chosen before. By default from the rows of those
   * columns, so that rows and columns fit together; selections that read singular vectors take the
   * left ones of the whole matrix.
   */
  default int[] selectRows(DMatrixRMaj m, int[] columns) {
    if (columns.length == 0) {
      return new int[0];
    }
    return select(
        Matrices.transpose(Matrices.columns(m, columns)), Truncation.rank(columns.length));
  }

  /**
   * Every column with the same chance. Free, and hard to beat where all columns are alike; misses
   * rare ones. With a tolerance: columns in random order, leaving out those already within it,
   * until no residual column is longer; then 2 m n r multiplications.
   */
  static ColumnSelection uniform(long seed) {
    return OrderedSelection.uniform(seed);
  }

  /**
   * Drawn without replacement, with probability proportional to the squared norm (Frieze, Kannan,
   * Vempala 1998): m n multiplications. Prefers long columns even if they are parallel. With a
   * tolerance as {@link #uniform}.
   */
  static ColumnSelection normWeighted(long seed) {
    return OrderedSelection.normWeighted(seed);
  }

  /**
   * Drawn without replacement, with probability proportional to the leverage score, the squared
   * norm of the column's row in the matrix of the leading right singular vectors (Mahoney, Drineas
   * 2009). Cost: that of the singular vectors, which come from {@link TruncatedSvd#compute} up to
   * min(m, n) = 512 and from {@link TruncatedSvd#randomized} above. A tolerance is on the singular
   * values.
   */
  static ColumnSelection leverage(long seed) {
    return SingularVectorSelection.leverage(seed);
  }

  /**
   * The columns of the largest leverage scores (Jolliffe 1972; Papailiopoulos, Kyrillidis,
   * Boutsidis 2014). As {@link #leverage}; good where the scores fall fast, else it may take
   * parallel columns.
   */
  static ColumnSelection leverageTop() {
    return SingularVectorSelection.leverageTop();
  }

  /**
   * The discrete empirical interpolation method on the leading right singular vectors: the largest
   * entry of the first, then of each next one's interpolation residual (Sorensen, Embree 2016).
   * Singular vectors and tolerance as for {@link #leverage}, plus n r^2.
   */
  static ColumnSelection deim() {
    return SingularVectorSelection.deim();
  }

  /**
   * Pivoted QR: each time the longest column of the residual ({@link PivotedQr}). 2 m n r. The
   * default choice where M fits in the cache.
   */
  static ColumnSelection pivotedQr() {
    return PivotedQrSelection.INSTANCE;
  }

  /**
   * Strong rank-revealing QR: pivoted QR, then interchanges until no entry of Z exceeds the bound,
   * and |error|_2 is at most sqrt(1 + bound^2 r (n - r)) times the best (Gu, Eisenstat 1996). 2 m n
   * r for each interchange, of which there are rarely any.
   *
   * @param bound at least 1; 2 is usual
   */
  static ColumnSelection strongRrqr(double bound) {
    return new StrongRrqrSelection(bound);
  }

  /**
   * Pivoted QR of a random sketch of r + r/5 + 10 rows: the fastest for large matrices, with errors
   * like those of pivoted QR (Voronin, Martinsson 2017). 8 m n additions and 2 n r^2. A tolerance
   * is on the sketch's columns, which grows until it is met.
   */
  static ColumnSelection sketchedPivotedQr(long seed) {
    return sketchedPivotedQr(Sketch.SPARSE_SIGN, seed);
  }

  /** The same with a chosen sketch. */
  static ColumnSelection sketchedPivotedQr(Sketch sketch, long seed) {
    return new SketchedSelection(sketch, seed);
  }

  /**
   * Pivoted QR within a random sample of the columns: 2 m k r for a sample of k. For matrices with
   * very many similar columns; a tolerance holds within the sample only.
   *
   * @param sample the number of columns to draw, at least the rank asked for
   */
  static ColumnSelection sampledPivotedQr(int sample, long seed) {
    return new SampledSelection(sample, seed);
  }

  /**
   * Clusters the columns by k-means (Lloyd's iteration from k-means++ seeds) and takes the column
   * nearest each centre. About 25 m n r. Good for columns that form groups, blind to scale. With a
   * tolerance the number of clusters is the rank that pivoted QR finds.
   */
  static ColumnSelection kMeans(long seed) {
    return new KMeansSelection(seed);
  }

  /**
   * Greedy by total residual: each time the column that takes away most of the residual's squared
   * Frobenius norm, |E^T e_i|^2 / |e_i|^2; optimal for rank 1 (Farahat, Ghodsi, Kamel 2011). m n^2
   * + 4 m n r: often the best error of all, for up to a few thousand columns.
   */
  static ColumnSelection greedyResidual() {
    return GreedyResidualSelection.INSTANCE;
  }

  /**
   * Adaptive randomised pivoting on the leading right singular vectors: columns drawn with
   * probability proportional to the squared norm of their residual rows. The expected squared
   * Frobenius error is at most (r + 1) times the best (Cortinovis, Kressner 2024). Singular vectors
   * and tolerance as for {@link #leverage}, plus n r^2.
   */
  static ColumnSelection adaptiveRandomPivoting(long seed) {
    return SingularVectorSelection.adaptiveRandomPivoting(seed);
  }
}
