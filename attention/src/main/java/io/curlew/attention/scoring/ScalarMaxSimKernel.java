package io.curlew.attention.scoring;

import java.util.Arrays;

/** Plain Java, for a JVM that was started without the Vector API. */
final class ScalarMaxSimKernel implements MaxSimKernel {

  private static final int WIDTH = 16;

  @Override
  public int panelWidth() {
    return WIDTH;
  }

  @Override
  public void maximise(DocumentTiles documents, QueryPanels queries, int panel, float[] best) {
    int dimension = queries.dimension();
    float[] products = new float[WIDTH];
    for (int row = 0; row < documents.rows(); row++) {
      int tile = row / TILE_ROWS * dimension * TILE_ROWS + row % TILE_ROWS;
      multiply(
          documents.values(), tile, queries.values(), queries.offset(panel), dimension, products);
      int target = documents.slot(row) * queries.paddedTokens() + panel * WIDTH;
      for (int lane = 0; lane < WIDTH; lane++) {
        best[target + lane] = Math.max(best[target + lane], products[lane]);
      }
    }
  }

  private static void multiply(
      float[] rows, int rowStart, float[] panel, int panelStart, int dimension, float[] products) {
    Arrays.fill(products, 0f);
    for (int i = 0; i < dimension; i++) {
      float value = rows[rowStart + i * TILE_ROWS];
      int from = panelStart + i * WIDTH;
      for (int lane = 0; lane < WIDTH; lane++) {
        products[lane] += value * panel[from + lane];
      }
    }
  }
}
