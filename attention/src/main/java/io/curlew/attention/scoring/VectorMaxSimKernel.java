package io.curlew.attention.scoring;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The micro-kernel of matrix multiplication (Goto and van de Geijn, 2008) with the maximum fused
 * in: lanes are query tokens, so nothing is reduced across lanes; 6 document tokens by 2 vectors of
 * query tokens stay in registers over the whole dimension (12 accumulators of 16 registers on
 * AVX2).
 */
final class VectorMaxSimKernel implements MaxSimKernel {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int WIDTH = 2 * LANES;

  @Override
  public int panelWidth() {
    return WIDTH;
  }

  @Override
  public void maximise(DocumentTiles documents, QueryPanels queries, int panel, float[] best) {
    int[] targets = new int[TILE_ROWS];
    for (int tile = 0; tile < documents.tiles(); tile++) {
      for (int row = 0; row < TILE_ROWS; row++) {
        targets[row] =
            documents.slot(tile * TILE_ROWS + row) * queries.paddedTokens() + panel * WIDTH;
      }
      int dimension = queries.dimension();
      multiplyAndFold(
          documents.values(),
          tile * dimension * TILE_ROWS,
          queries.values(),
          queries.offset(panel),
          dimension,
          best,
          targets);
    }
  }

  private static void multiplyAndFold(
      float[] tile,
      int tileStart,
      float[] panel,
      int panelStart,
      int dimension,
      float[] best,
      int[] targets) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    FloatVector e0 = a0;
    FloatVector e1 = a0;
    FloatVector f0 = a0;
    FloatVector f1 = a0;
    for (int i = 0; i < dimension; i++) {
      FloatVector left = FloatVector.fromArray(SPECIES, panel, panelStart + i * WIDTH);
      FloatVector right = FloatVector.fromArray(SPECIES, panel, panelStart + i * WIDTH + LANES);
      int at = tileStart + i * TILE_ROWS;
      FloatVector value = FloatVector.broadcast(SPECIES, tile[at]);
      a0 = value.fma(left, a0);
      a1 = value.fma(right, a1);
      value = FloatVector.broadcast(SPECIES, tile[at + 1]);
      b0 = value.fma(left, b0);
      b1 = value.fma(right, b1);
      value = FloatVector.broadcast(SPECIES, tile[at + 2]);
      c0 = value.fma(left, c0);
      c1 = value.fma(right, c1);
      value = FloatVector.broadcast(SPECIES, tile[at + 3]);
      d0 = value.fma(left, d0);
      d1 = value.fma(right, d1);
      value = FloatVector.broadcast(SPECIES, tile[at + 4]);
      e0 = value.fma(left, e0);
      e1 = value.fma(right, e1);
      value = FloatVector.broadcast(SPECIES, tile[at + 5]);
      f0 = value.fma(left, f0);
      f1 = value.fma(right, f1);
    }
    fold(a0, a1, best, targets[0]);
    fold(b0, b1, best, targets[1]);
    fold(c0, c1, best, targets[2]);
    fold(d0, d1, best, targets[3]);
    fold(e0, e1, best, targets[4]);
    fold(f0, f1, best, targets[5]);
  }

  private static void fold(FloatVector left, FloatVector right, float[] best, int target) {
    FloatVector.fromArray(SPECIES, best, target).max(left).intoArray(best, target);
    FloatVector.fromArray(SPECIES, best, target + LANES).max(right).intoArray(best, target + LANES);
  }
}
