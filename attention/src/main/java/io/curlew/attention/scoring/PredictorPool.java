package io.curlew.attention.scoring;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;

/** A model's predictors, each of which runs one call at a time. Closing it closes the model. */
final class PredictorPool<I, O> implements AutoCloseable {
  private final Model model;
  private final String task;
  private final BlockingQueue<Predictor<I, O>> idle;

  /**
   * @param task what the model must do with every text, for messages
   */
  PredictorPool(Model model, Translator<I, O> translator, int predictors, String task) {
    this.model = model;
    this.task = task;
    this.idle = new ArrayBlockingQueue<>(predictors);
    for (int i = 0; i < predictors; i++) {
      idle.add(model.newPredictor(translator));
    }
  }

  /**
   * Runs one call, when a predictor is free.
   *
   * @param text for the message, where the model fails
   * @throws IllegalStateException if the model fails
   * @throws CancellationException if the caller is interrupted, which stays set
   */
  O predict(I input, String text) {
    try {
      Predictor<I, O> predictor = idle.take();
      try {
        return predictor.predict(input);
      } finally {
        idle.add(predictor);
      }
    } catch (TranslateException e) {
      throw new IllegalStateException(
          "the model must " + task + ", but failed on " + TextTokenizer.quote(text), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException)
          new CancellationException("interrupted while waiting for the model").initCause(e);
    }
  }

  @Override
  public void close() {
    idle.forEach(Predictor::close);
    model.close();
  }
}
