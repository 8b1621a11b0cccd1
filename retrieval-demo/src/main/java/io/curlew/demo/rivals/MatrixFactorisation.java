package io.curlew.demo.rivals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Factors u of queries and v of items, y_qi = u_q.v_i, of a sparse matrix of scores, by alternating
 * ridge regressions. With x_i an item's dense vector, a 1 behind it, and p_q the query's factor by
 * the {@link ScoreLine}, they minimise
 *
 * <pre>sum (y_qi - u_q.v_i)^2
 *     + lambda (sum |v_i - M x_i|^2 + |M - I|^2 + sum |u_q - p_q|^2).</pre>
 *
 * So an item's factor is a linear map M of its dense vector, learned from all scores, and a
 * correction of its own, which grows with the scores it has. Where scores say nothing, it is the
 * dense product that remains.
 *
 * <p>Lambda has the smallest error, of a small grid, on a tenth of the scores held out. Cost: for
 * each lambda {@value #SWEEPS} sweeps, each of d^2 multiplications for an item and m^2 d for a
 * query with m scores. Memory: two matrices of items x d in double.
 */
final class MatrixFactorisation {

  private static final int SWEEPS = 4;
  private static final int HELD_OUT = 10; // one score in so many
  private static final double[] LAMBDAS = {0.03, 0.3, 3};

  private final SparseScores data;
  private final ScoreLine line;
  private final double lambda;
  private final DMatrixRMaj dense; // X, items x d + 1
  private final DMatrixRMaj priors; // P, queries x d + 1
  private final DMatrixRMaj queries; // U
  private final DMatrixRMaj items; // V
  private final DMatrixRMaj map; // M', so that V = X M'

  private MatrixFactorisation(
      SparseScores data, DMatrixRMaj dense, LinearSolverDense<DMatrixRMaj> gram, double lambda) {
    this.data = data;
    this.dense = dense;
    this.lambda = lambda;
    this.line = ScoreLine.of(data);
    this.priors =
        FactorMatrix.of(Arrays.stream(data.queries()).map(line::factor).toArray(float[][]::new));
    this.queries = priors.copy();
    this.items = dense.copy();
    this.map = CommonOps_DDRM.identity(dense.numCols);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      fitQueries();
      fitMap(gram, fitItems());
    }
    fitItems();
  }

  /**
   * Factors scores.
   *
   * @param seed of what is held out
   */
  static MatrixFactorisation of(SparseScores data, long seed) {
    DMatrixRMaj dense = FactorMatrix.withOne(data.items());
    DMatrixRMaj gram = CommonOps_DDRM.identity(dense.numCols);
    CommonOps_DDRM.multAddTransA(dense, dense, gram);
    LinearSolverDense<DMatrixRMaj> solver = FactorMatrix.solver(gram);
    SparseScores[] parts = data.heldOut(HELD_OUT, seed);
    double best = LAMBDAS[0];
    double least = Double.POSITIVE_INFINITY;
    for (double lambda : LAMBDAS) {
      double error =
          new MatrixFactorisation(parts[0], dense, solver, lambda).squaredError(parts[1]);
      if (error < least) {
        least = error;
        best = lambda;
      }
    }
    return new MatrixFactorisation(data, dense, solver, best);
  }

  private void fitQueries() {
    System.arraycopy(priors.data, 0, queries.data, 0, queries.data.length);
    for (int q = 0; q < queries.numRows; q++) {
      int[] scores = data.ofQuery(q);
      regress(queries, q, items, Arrays.stream(scores).map(data::item).toArray(), scores);
    }
  }

  /** Gives the corrections as weights of queries' factors, one for each score. */
  private double[] fitItems() {
    CommonOps_DDRM.mult(dense, map, items);
    double[] weights = new double[data.size()];
    for (int item = 0; item < items.numRows; item++) {
      int[] scores = data.ofItem(item);
      int[] by = Arrays.stream(scores).map(data::query).toArray();
      double[] some = regress(items, item, queries, by, scores);
      for (int i = 0; i < scores.length; i++) {
        weights[scores[i]] = some[i];
      }
    }
    return weights;
  }

  /**
   * M' + (X'X + I)^-1 (X'(V - X M') - (M' - I)), in which lambda cancels.
   *
   * @param weights V - X M' as {@link #fitItems} gives it
   */
  private void fitMap(LinearSolverDense<DMatrixRMaj> gram, double[] weights) {
    DMatrixRMaj byQuery = new DMatrixRMaj(queries.numRows, dense.numCols);
    for (int i = 0; i < weights.length; i++) {
      FactorMatrix.add(byQuery, data.query(i), weights[i], dense, data.item(i));
    }
    DMatrixRMaj right = CommonOps_DDRM.identity(dense.numCols);
    CommonOps_DDRM.subtractEquals(right, map);
    CommonOps_DDRM.multAddTransA(byQuery, queries, right);
    DMatrixRMaj step = new DMatrixRMaj(dense.numCols, dense.numCols);
    gram.solve(right, step);
    CommonOps_DDRM.addEquals(map, step);
  }

  /** Adds to a factor what scores say beyond it, by the factors on their other side. */
  private double[] regress(
      DMatrixRMaj factors, int row, DMatrixRMaj others, int[] rows, int[] scores) {
    double[] residuals =
        IntStream.range(0, rows.length)
            .mapToDouble(
                i ->
                    data.score(scores[i]) / line.unit()
                        - FactorMatrix.product(factors, row, others, rows[i]))
            .toArray();
    double[] weights = FactorMatrix.ridge(others, rows, residuals, lambda);
    for (int i = 0; i < weights.length; i++) {
      FactorMatrix.add(factors, row, weights[i], others, rows[i]);
    }
    return weights;
  }

  private double squaredError(SparseScores tested) {
    double sum = 0;
    for (int i = 0; i < tested.size(); i++) {
      double estimate = FactorMatrix.product(queries, tested.query(i), items, tested.item(i));
      double error = tested.score(i) - line.unit() * estimate;
      sum += error * error;
    }
    return sum;
  }

  /** The unit of the scores that are products of factors. */
  double unit() {
    return line.unit();
  }

  /** The factors of the queries: {@code [queries][d + 1]}. */
  float[][] queries() {
    return FactorMatrix.rows(queries);
  }

  /** The factors of the items: {@code [items][d + 1]}. */
  float[][] items() {
    return FactorMatrix.rows(items);
  }

  /** The factors of other items, by their dense vectors alone. */
  float[][] items(float[][] vectors) {
    DMatrixRMaj with = FactorMatrix.withOne(vectors);
    DMatrixRMaj factors = new DMatrixRMaj(with.numRows, with.numCols);
    CommonOps_DDRM.mult(with, map, factors);
    return FactorMatrix.rows(factors);
  }

  /** What predicts the factor of another query from its dense vector. */
  QueryPrediction prediction() {
    DMatrixRMaj beyond = new DMatrixRMaj(queries.numRows, queries.numCols);
    CommonOps_DDRM.subtract(queries, priors, beyond);
    return QueryPrediction.of(line, data.queries(), beyond);
  }
}
