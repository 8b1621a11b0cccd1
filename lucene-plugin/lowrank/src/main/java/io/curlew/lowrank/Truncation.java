package io.curlew.lowrank;

/**
 * When an approximation is good enough: at a rank, at an error relative to the size of the matrix,
 * or at an absolute error, whichever is met first.
 *
 * <p>The measure of error is that of the method. A decomposition by singular values stops before
 * the first that is at most {@code relative} times the largest, or at most {@code absolute}: its
 * error in the 2-norm is then at most that. A pivoted QR stops, by the rules of LAPACK's geqp3rk,
 * when no residual column is longer than {@code relative} times the longest column of the matrix,
 * or than {@code absolute}: with n columns the error in the Frobenius norm is then at most sqrt(n)
 * times that. Immutable.
 */
public final class Truncation {

  private static final int NO_RANK = Integer.MAX_VALUE;

  private final int rank;
  private final double relative;
  private final double absolute;

  private Truncation(int rank, double relative, double absolute) {
    this.rank = rank;
    this.relative = relative;
    this.absolute = absolute;
  }

  /**
   * Stops at a rank.
   *
   * @param rank at least 1; a rank above min(rows, columns) of the matrix is an error when the
   *     approximation is computed
   */
  public static Truncation rank(int rank) {
    return new Truncation(NO_RANK, 0, 0).withRank(rank);
  }

  /**
   * Stops at a relative error.
   *
   * @param tolerance at least 0 and below 1; 0 stops where the matrix is exhausted
   */
  public static Truncation relative(double tolerance) {
    return new Truncation(NO_RANK, 0, 0).withRelative(tolerance);
  }

  /** Stops at this rank as well. */
  public Truncation withRank(int newRank) {
    Shapes.requireAtLeast("rank", 1, newRank);
    return new Truncation(newRank, relative, absolute);
  }

  /** Stops at this relative error as well: at least 0 and below 1. */
  public Truncation withRelative(double tolerance) {
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new IllegalArgumentException(
          "relative tolerance must be at least 0 and below 1, got: " + tolerance);
    }
    return new Truncation(rank, tolerance, absolute);
  }

  /** Stops at this absolute error as well: at least 0 and finite. */
  public Truncation withAbsolute(double tolerance) {
    if (!(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "absolute tolerance must be at least 0 and finite, got: " + tolerance);
    }
    return new Truncation(rank, relative, tolerance);
  }

  /** Whether a rank was given. */
  boolean hasRank() {
    return rank != NO_RANK;
  }

  /** Whether a tolerance above 0 was given, so that the rank has to be found. */
  boolean hasTolerance() {
    return relative > 0 || absolute > 0;
  }

  /**
   * The largest rank for a matrix of this shape.
   *
   * @throws IllegalArgumentException if the rank that was asked for is larger than the matrix
   */
  int rankFor(int rows, int columns) {
    int most = Math.min(rows, columns);
    if (!hasRank()) {
      return most;
    }
    Shapes.requireAtMost("rank", most, rank);
    return rank;
  }

  /** The error at which to stop, for a matrix of this size in the method's measure. */
  double threshold(double size) {
    return Math.max(relative * size, absolute);
  }

  /** How many of these falling values are above the threshold, at most the rank. */
  int count(double[] falling) {
    double threshold = falling.length == 0 ? 0 : threshold(falling[0]);
    int most = Math.min(rank, falling.length);
    int count = 0;
    while (count < most && falling[count] > threshold) {
      count++;
    }
    return count;
  }

  @Override
  public String toString() {
    return "rank "
        + (hasRank() ? rank : "any")
        + ", relative tolerance "
        + relative
        + ", absolute tolerance "
        + absolute;
  }
}
