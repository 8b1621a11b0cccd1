/**
 * Low-rank approximation of dense matrices: singular value decomposition, pseudo-inverse,
 * interpolative decomposition (ID), CUR, column-row products (CR), Nystrom.
 *
 * <p>The ground that retrieval stands on, and useful without it: the package depends on EJML's
 * matrices and on nothing else of this project; {@code io.curlew.cur} may depend on it, and not the
 * reverse. Inputs are never modified. Entries must be finite, and a rank must not exceed min(m, n):
 * both are errors. Every random choice takes a seed; the same seed gives the same result on one
 * kind of machine, whatever the number of threads. Everything runs on the calling thread unless an
 * operator is given a {@link io.curlew.lowrank.MatrixProduct} with more.
 *
 * <h2>Which method for which problem</h2>
 *
 * For M (m x n) and rank r, in multiplications; s_k is M's k-th singular value, counted from 1, and
 * "best" the error of the truncated SVD: s_(r+1) in the 2-norm.
 *
 * <table>
 * <caption>Methods, costs and bounds</caption>
 * <tr><th>You want</th><th>Take</th><th>Cost</th><th>Error</th></tr>
 * <tr><td>the smallest error for a rank; singular values to all digits</td>
 *     <td>{@link io.curlew.lowrank.TruncatedSvd#compute}</td>
 *     <td>2 m n k + 15 to 30 k^3, k the numerical rank</td>
 *     <td>the best: s_(r+1) in the 2-norm, the root of the sum of dropped squares in the
 *     Frobenius norm</td></tr>
 * <tr><td>the same for a large matrix or an operator, to a few per cent</td>
 *     <td>{@link io.curlew.lowrank.TruncatedSvd#randomized}</td>
 *     <td>10 products with r + 10 to r + 33 vectors</td>
 *     <td>expected: a few per cent above the best, less where s falls fast</td></tr>
 * <tr><td>least squares with dependent columns</td>
 *     <td>{@link io.curlew.lowrank.PseudoInverse}</td>
 *     <td>as TruncatedSvd.compute</td>
 *     <td>backward stable; the condition number squared is never met</td></tr>
 * <tr><td>columns of M that all others are combinations of</td>
 *     <td>{@link io.curlew.lowrank.InterpolativeDecomposition}</td>
 *     <td>selection + m n r</td>
 *     <td>see the selections below</td></tr>
 * <tr><td>the same for an operator, or rows of a score matrix in floats</td>
 *     <td>{@link io.curlew.lowrank.ColumnSkeleton}, {@link io.curlew.lowrank.FloatRows}</td>
 *     <td>one product with r + r/5 + 10 vectors + 2 n r^2</td>
 *     <td>like ID's with sketched pivots, Z from the sketch</td></tr>
 * <tr><td>rows and columns of M, for a reader or to keep it sparse</td>
 *     <td>{@link io.curlew.lowrank.CurDecomposition}, core OPTIMAL</td>
 *     <td>selections + m n r</td>
 *     <td>squared: at most that of the columns plus that of the rows</td></tr>
 * <tr><td>the same, reading only the chosen rows and columns for the core</td>
 *     <td>CurDecomposition, core INTERSECTION, with extra rows</td>
 *     <td>selections + 4 (m + n) r^2</td>
 *     <td>exact at the rank of M; else grows with how badly rows and columns meet</td></tr>
 * <tr><td>a positive semidefinite matrix (a kernel)</td>
 *     <td>{@link io.curlew.lowrank.NystromApproximation}</td>
 *     <td>2 n r^2, reads r columns</td>
 *     <td>known exactly: the residual's trace; expected near the best</td></tr>
 * <tr><td>a cheaper product X Y, a few terms of which are large</td>
 *     <td>{@link io.curlew.lowrank.ColumnRowProduct}</td>
 *     <td>r / l of the full product of inner size l</td>
 *     <td>sampled: {@link io.curlew.lowrank.ColumnRowProduct#expectedSquaredError}</td></tr>
 * <tr><td>an orthogonal factorisation that stops early</td>
 *     <td>{@link io.curlew.lowrank.PivotedQr}</td>
 *     <td>2 m n r</td>
 *     <td>known: the norms of the residual's columns</td></tr>
 * </table>
 *
 * <h2>Which columns</h2>
 *
 * {@link io.curlew.lowrank.ColumnSelection} names them all; errors are those of the ID, over the
 * best.
 *
 * <table>
 * <caption>Selections of columns</caption>
 * <tr><th>Selection</th><th>Cost</th><th>Guarantee</th><th>Take it when</th></tr>
 * <tr><td>sketchedPivotedQr</td><td>8 m n additions + 2 n r^2</td>
 *     <td>as pivoted QR, in practice</td><td>M is large: the default for speed</td></tr>
 * <tr><td>pivotedQr</td><td>2 m n r</td><td>2^r sqrt(n - r), never seen outside of Kahan's
 *     matrix; 1 to 3 in practice</td><td>the default for small M</td></tr>
 * <tr><td>strongRrqr(f)</td><td>2 m n r per interchange, few</td>
 *     <td>sqrt(1 + f^2 r (n - r)) in the 2-norm, |Z| at most f</td>
 *     <td>coefficients must stay small</td></tr>
 * <tr><td>adaptiveRandomPivoting</td><td>SVD + n r^2</td>
 *     <td>r + 1, squared Frobenius, expected</td><td>a proof is wanted</td></tr>
 * <tr><td>greedyResidual</td><td>m n^2 + 4 m n r</td><td>the best column at each step; optimal for
 *     r = 1</td><td>n is at most a few thousand and the rank small</td></tr>
 * <tr><td>deim</td><td>SVD + n r^2</td><td>grows with the interpolation's norm</td>
 *     <td>singular vectors are at hand; CUR</td></tr>
 * <tr><td>leverage, leverageTop</td><td>SVD</td><td>relative error, with r log r columns drawn</td>
 *     <td>scores are to be looked at; oversampling is cheap</td></tr>
 * <tr><td>normWeighted</td><td>m n</td><td>additive error only</td><td>a stream, one pass</td></tr>
 * <tr><td>uniform</td><td>none</td><td>none if some columns are rare</td>
 *     <td>columns are alike; a baseline</td></tr>
 * <tr><td>kMeans</td><td>25 m n r</td><td>none</td><td>columns form groups of equal scale</td></tr>
 * <tr><td>sampledPivotedQr</td><td>2 m k r for a sample of k</td><td>that of the sample</td>
 *     <td>n is huge and columns repeat</td></tr>
 * </table>
 *
 * <h2>Fixed rank, fixed precision</h2>
 *
 * {@link io.curlew.lowrank.Truncation} holds a rank, a relative and an absolute tolerance; the
 * first that is met stops. What a tolerance measures depends on the method and is said there. With
 * a tolerance the rank is found, and the error of the result is measured on M afterwards, not
 * assumed: {@code errorEstimate()}. {@link io.curlew.lowrank.SpectralError} says what that estimate
 * guarantees, which is that it is not too large; only Nystrom's and the exact SVD's are bounds from
 * above.
 *
 * <p>Far beyond the numerical rank, what is computed from factors stays accurate (1e-12 for
 * geometric decay at rank 120), while an explicit pseudo-inverse or core would not: none is formed
 * here unless {@link io.curlew.lowrank.PseudoInverse#toMatrix} is called.
 *
 * <pre>{@code
 * InterpolativeDecomposition id =
 *     InterpolativeDecomposition.compute(
 *         m, Truncation.relative(1e-6).withRank(200), ColumnSelection.sketchedPivotedQr(42));
 * int[] columns = id.columns();
 * double error = id.errorEstimate();
 * DMatrixRMaj y = id.multiply(x); // without forming the approximation
 * }</pre>
 */
@NullMarked
package io.curlew.lowrank;

import org.jspecify.annotations.NullMarked;
