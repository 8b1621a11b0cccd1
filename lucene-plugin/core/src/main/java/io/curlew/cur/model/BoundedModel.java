package io.curlew.cur.model;

import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A model with a bound on its calls at once. A search whose time is over leaves its call alone,
 * which goes on; a model that hangs would gather such calls, a thread each, without end. With this
 * around it so many are there at most, and a search beyond fails at once, until one has ended. Wrap
 * a model once and share it: the bound is that of the wrapper.
 */
public final class BoundedModel implements InteractionModel {

  private final InteractionModel model;
  private final int most;
  private final Semaphore free;

  /**
   * Wraps a model, which is closed with this one.
   *
   * @param most calls at once, at least 1; more than searches run at once
   */
  public BoundedModel(InteractionModel model, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("most must be at least 1, got: " + most);
    }
    this.model = model;
    this.most = most;
    this.free = new Semaphore(most);
  }

  /** The model's own. */
  @Override
  public String fingerprint() {
    return model.fingerprint();
  }

  /**
   * Scores as the model does.
   *
   * @throws ModelBusyException if as many calls are under way as there may be
   */
  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    if (!free.tryAcquire()) {
      throw new ModelBusyException(most);
    }
    try {
      return model.score(queries, documents);
    } finally {
      free.release();
    }
  }

  @Override
  public void close() throws Exception {
    model.close();
  }
}
