package io.curlew.attention.scoring;

/**
 * The inner product of late interaction: documents' token vectors against one panel of query token
 * vectors, keeping only the largest product per query token and document.
 *
 * <p>Every product is one chain of additions over the dimension, in order, wherever its tokens lie;
 * so a score does not depend, in any bit, on what else is computed with it.
 */
interface MaxSimKernel {

  /** Document tokens per tile: what {@link DocumentTiles} interleaves. */
  int TILE_ROWS = 6;

  /** Query tokens per panel: what {@link QueryPanels} interleaves. */
  int panelWidth();

  /**
   * Raises {@code best} to the largest product of each query token of a panel with the tokens of
   * each document.
   *
   * @param best for each document slot, one value per query token over all panels: slots x {@link
   *     QueryPanels#paddedTokens()}
   */
  void maximise(DocumentTiles documents, QueryPanels queries, int panel, float[] best);

  /** The fastest kernel that this JVM can run. */
  static MaxSimKernel fastest() {
    // The class is loaded by this call at the earliest: without the module it could not be linked.
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? new VectorMaxSimKernel()
        : new ScalarMaxSimKernel();
  }
}
