package io.curlew.demo;

import io.curlew.cur.model.CachedModel;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ScoreCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every score of a model, so that no pair is scored twice in an evaluation, nor in the next
 * one if there is a file, which is written every minute and at the end.
 */
final class SavedScores implements InteractionModel {
  private static final int SIZE = 20_000_000;
  private static final long SAVE_NANOS = 60_000_000_000L;

  private final InteractionModel model;
  private final CachedModel cached;
  private final ScoreCache cache;
  private final boolean saved;
  private long lastSaved = System.nanoTime();

  private SavedScores(InteractionModel model, ScoreCache cache, boolean saved) {
    this.model = model;
    this.cached = new CachedModel(model, cache);
    this.cache = cache;
    this.saved = saved;
  }

  /** Wraps a model, which stays open when this is closed. */
  static SavedScores open(InteractionModel model, @Nullable Path file) throws IOException {
    ScoreCache cache = file == null ? ScoreCache.inMemory(SIZE) : ScoreCache.open(file, SIZE);
    return new SavedScores(model, cache, file != null);
  }

  @Override
  public String fingerprint() {
    return model.fingerprint();
  }

  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    float[][] scores = cached.score(queries, documents);
    if (saved && System.nanoTime() - lastSaved > SAVE_NANOS) {
      try {
        cache.save();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      lastSaved = System.nanoTime();
    }
    return scores;
  }

  @Override
  public void close() throws IOException {
    if (saved) {
      cache.save();
    }
  }
}
