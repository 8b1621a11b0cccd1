package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import java.util.Arrays;
import java.util.concurrent.ForkJoinTask;
import org.ejml.data.DMatrixRMaj;

/**
 * Products of dense matrices: blocked for the caches, with the Vector API where the JVM was started
 * with {@code --add-modules jdk.incubator.vector} and in plain Java elsewhere.
 *
 * <p>By default everything runs on the calling thread: a search server has a query on every core
 * already. {@link #withThreads} spreads one product over several threads of the common pool; as the
 * result is cut between the threads and never the sums, it does not depend on their number.
 *
 * <p>Cost of (m x k) times (k x n): m n k multiplications. Blocking as in Goto, van de Geijn,
 * Anatomy of high-performance matrix multiplication (2008). Not meant for matrices of a few rows
 * and columns, which are copied into blocks first.
 */
public final class MatrixProduct {

  private static final int DEPTH = 128; // rows of a packed panel of B: with its columns fits in L1
  private static final int NARROW = 64; // columns of a B of which more rows fit in L2
  private static final int NARROW_DEPTH = 1024; // then A is read along longer pieces of its rows
  private static final int ROWS = 256; // rows of A per block: with DEPTH columns fits in L2
  private static final int COLUMNS = 480; // columns of a packed block of B: fits in L2
  private static final long SMALLEST_SHARE = 500_000; // multiplications worth a thread

  private static final MatrixProduct SINGLE = new MatrixProduct(1, MatrixKernel.BEST);

  private final int threads;
  private final MatrixKernel kernel;

  MatrixProduct(int threads, MatrixKernel kernel) {
    this.threads = threads;
    this.kernel = kernel;
  }

  /** Products on the calling thread: the default everywhere in this package. */
  public static MatrixProduct singleThreaded() {
    return SINGLE;
  }

  /**
   * Products on the calling thread and up to {@code threads - 1} of the common pool.
   *
   * @param threads at least 1
   */
  public static MatrixProduct withThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got: " + threads);
    }
    return new MatrixProduct(threads, MatrixKernel.BEST);
  }

  /** The largest number of threads that a product uses. */
  public int threads() {
    return threads;
  }

  /** A B, for A (m x k) and B (k x n). */
  public DMatrixRMaj multiply(DMatrixRMaj a, DMatrixRMaj b) {
    Shapes.requireEqual("columns of a", a.numCols, "rows of b", b.numRows);
    return multiply(Operand.of(a), Operand.of(b));
  }

  /** A^T B, for A (k x m) and B (k x n). */
  public DMatrixRMaj multiplyTransposedLeft(DMatrixRMaj a, DMatrixRMaj b) {
    Shapes.requireEqual("rows of a", a.numRows, "rows of b", b.numRows);
    if (a.numCols > b.numCols) {
      // The wide matrix is read along its rows if it stands on the right.
      return Matrices.transpose(multiply(Operand.transposed(b), Operand.of(a)));
    }
    return multiply(Operand.transposed(a), Operand.of(b));
  }

  /** A B^T, for A (m x k) and B (n x k). */
  public DMatrixRMaj multiplyTransposedRight(DMatrixRMaj a, DMatrixRMaj b) {
    Shapes.requireEqual("columns of a", a.numCols, "columns of b", b.numCols);
    return multiply(Operand.of(a), Operand.transposed(b));
  }

  DMatrixRMaj multiply(Operand a, Operand b) {
    DMatrixRMaj c = new DMatrixRMaj(a.rows(), b.columns());
    accumulate(a, b, c.data, 0);
    return c;
  }

  /** C += A B, where C is row-major from {@code fromC} on, with as many columns as B. */
  void accumulate(Operand a, Operand b, double[] c, int fromC) {
    int m = a.rows();
    int n = b.columns();
    int parts = (int) Math.min(threads, (long) m * n * a.columns() / SMALLEST_SHARE);
    if (parts <= 1) {
      new Share(a, b, 0, m, 0, n, c, fromC).run();
      return;
    }
    ForkJoinTask<?>[] forked = new ForkJoinTask<?>[parts - 1];
    int step = m >= n ? MatrixKernel.TILE_ROWS : kernel.lanes();
    int size = m >= n ? m : n;
    for (int part = parts - 1; part >= 0; part--) {
      int from = cut(size, part, parts, step);
      int to = cut(size, part + 1, parts, step);
      Share share =
          m >= n
              ? new Share(a, b, from, to, 0, n, c, fromC)
              : new Share(a, b, 0, m, from, to, c, fromC);
      if (part > 0) {
        forked[part - 1] = ForkJoinTask.adapt(share).fork();
      } else {
        share.run();
      }
    }
    for (ForkJoinTask<?> task : forked) {
      task.join();
    }
  }

  private static int cut(int size, int part, int parts, int step) {
    return part == parts ? size : (int) ((long) size * part / parts) / step * step;
  }

  /** The part of C that one thread computes. */
  private final class Share implements Runnable {
    private final Operand a;
    private final Operand b;
    private final int fromRow;
    private final int toRow;
    private final int fromColumn;
    private final int toColumn;
    private final double[] c;
    private final int fromC;
    private final int strideC;
    private final int lanes = kernel.lanes();
    private final int maxDepth;
    private final double[] packedB;
    private final double[] packedA;
    private final double[] tile;

    Share(
        Operand a,
        Operand b,
        int fromRow,
        int toRow,
        int fromColumn,
        int toColumn,
        double[] c,
        int fromC) {
      this.a = a;
      this.b = b;
      this.fromRow = fromRow;
      this.toRow = toRow;
      this.fromColumn = fromColumn;
      this.toColumn = toColumn;
      this.c = c;
      this.fromC = fromC;
      strideC = b.columns();
      boolean narrow = b.columns() <= NARROW && a.inPlace().length > 0;
      maxDepth = narrow ? NARROW_DEPTH : DEPTH;
      int depth = Math.min(maxDepth, a.columns());
      packedB = new double[depth * (Math.min(COLUMNS, toColumn - fromColumn) + lanes)];
      packedA =
          new double
              [depth
                  * (a.inPlace().length > 0
                      ? MatrixKernel.TILE_ROWS
                      : Math.min(ROWS, toRow - fromRow + MatrixKernel.TILE_ROWS))];
      tile = new double[MatrixKernel.TILE_ROWS * 3 * lanes];
    }

    @Override
    public void run() {
      for (int j = fromColumn; j < toColumn; j += COLUMNS) {
        int columns = Math.min(COLUMNS, toColumn - j);
        for (int p = 0; p < a.columns(); p += maxDepth) {
          int depth = Math.min(maxDepth, a.columns() - p);
          packB(p, depth, j, columns);
          for (int i = fromRow; i < toRow; i += ROWS) {
            block(i, Math.min(ROWS, toRow - i), p, depth, j, columns);
          }
        }
      }
    }

    /**
     * Panels of three vectors of columns, then of one, the last filled up with zeros. Goes along
     * the rows of B, as memory is read fastest that way.
     */
    private void packB(int p, int depth, int j, int columns) {
      for (int row = 0; row < depth; row++) {
        for (int done = 0; done < columns; ) {
          int width = panel(columns - done) * lanes;
          int count = Math.min(width, columns - done);
          int at = done * depth + row * width;
          b.copy(p + row, j + done, count, packedB, at);
          if (count < width) {
            Arrays.fill(packedB, at + count, at + width, 0);
          }
          done += count;
        }
      }
    }

    private int panel(int columns) {
      return columns >= 3 * lanes ? 3 : 1;
    }

    private void block(int i, int rows, int p, int depth, int j, int columns) {
      double[] left = a.inPlace();
      int stride = a.columns();
      int from = i * stride + p;
      if (left.length == 0) {
        for (int row = 0; row < rows; row++) {
          a.copy(i + row, p, depth, packedA, row * depth);
        }
        left = packedA;
        stride = depth;
        from = 0;
      }
      int at = 0;
      for (int done = 0; done < columns; ) {
        int vectors = panel(columns - done);
        int width = vectors * lanes;
        int count = Math.min(width, columns - done);
        int row = 0;
        for (; row + MatrixKernel.TILE_ROWS <= rows; row += MatrixKernel.TILE_ROWS) {
          int to = fromC + (i + row) * strideC + j + done;
          if (count == width) {
            kernel.tile(
                left, from + row * stride, stride, packedB, at, depth, vectors, c, to, strideC);
          } else {
            partial(left, from + row * stride, stride, at, depth, vectors, to, 4, count);
          }
        }
        if (row < rows) {
          int to = fromC + (i + row) * strideC + j + done;
          lastRows(left, from + row * stride, stride, rows - row, at, depth, vectors, to, count);
        }
        at += width * depth;
        done += count;
      }
    }

    private void lastRows(
        double[] left,
        int from,
        int stride,
        int rows,
        int at,
        int depth,
        int vectors,
        int to,
        int count) {
      double[] few = new double[MatrixKernel.TILE_ROWS * depth];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(left, from + row * stride, few, row * depth, depth);
      }
      partial(few, 0, depth, at, depth, vectors, to, rows, count);
    }

    /** A tile of which only some rows and columns are wanted. */
    private void partial(
        double[] left,
        int from,
        int stride,
        int at,
        int depth,
        int vectors,
        int to,
        int rows,
        int count) {
      int width = vectors * lanes;
      Arrays.fill(tile, 0);
      kernel.tile(left, from, stride, packedB, at, depth, vectors, tile, 0, width);
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < count; column++) {
          c[to + row * strideC + column] += tile[row * width + column];
        }
      }
    }
  }
}
