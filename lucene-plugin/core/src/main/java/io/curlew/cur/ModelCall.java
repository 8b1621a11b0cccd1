package io.curlew.cur;

import java.io.IOException;

/** Exact scores of some documents that the model has not been asked for yet. */
@FunctionalInterface
public interface ModelCall {

  /**
   * Calls the model, once for each document: their finite scores, in the order given; NaN for one
   * that is gone, for which there was no call.
   */
  float[] run() throws IOException;
}
