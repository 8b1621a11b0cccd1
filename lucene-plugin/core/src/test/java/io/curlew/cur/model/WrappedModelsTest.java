package io.curlew.cur.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link PassageModel}, and {@link CachedModel} with its {@link ScoreCache}. */
class WrappedModelsTest {

  @TempDir Path directory;

  private final Random random = Seeds.random();

  /** Scores a text by the number of times that the query occurs in it as a word. */
  private static class WordCount implements InteractionModel {
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public String fingerprint() {
      return "word count";
    }

    @Override
    public float[][] score(List<String> queries, List<String> documents) {
      calls.addAndGet(queries.size() * documents.size());
      float[][] scores = new float[queries.size()][documents.size()];
      for (int q = 0; q < scores.length; q++) {
        for (int d = 0; d < documents.size(); d++) {
          for (String word : documents.get(d).split("\\s+", -1)) {
            scores[q][d] += word.equals(queries.get(q)) ? 1 : 0;
          }
        }
      }
      return scores;
    }

    @Override
    public void close() {}
  }

  @Test
  void aDocumentScoresAsItsBestPassage() {
    WordCount model = new WordCount();
    PassageModel passages = new PassageModel(model, 4, 1);
    float[][] scores =
        passages.score(List.of("a", "b"), List.of("a a b b b a a a", "b", "", "a x y z a a"));
    assertArrayEquals(new float[] {2, 0, 0, 2}, scores[0]);
    assertArrayEquals(new float[] {2, 1, 0, 0}, scores[1]);
    assertTrue(passages.fingerprint().contains("word count"), passages.fingerprint());
  }

  @Test
  void passagesCoverEveryWordAndOverlapAsAsked() {
    for (int n = 0; n < 40; n++) {
      String[] words = new String[n];
      Arrays.setAll(words, i -> "w" + i);
      int length = 1 + random.nextInt(9);
      int overlap = random.nextInt(length);
      List<String> passages = new Passages(length, overlap).of(String.join(" ", words));
      StringBuilder together = new StringBuilder(passages.getFirst());
      for (int p = 1; p < passages.size(); p++) {
        String[] parts = passages.get(p).split(" ", -1);
        assertTrue(parts.length <= length);
        assertTrue(
            passages.get(p - 1).endsWith(String.join(" ", Arrays.copyOf(parts, overlap))),
            "overlap of " + overlap);
        for (String part : Arrays.copyOfRange(parts, overlap, parts.length)) {
          together.append(' ').append(part);
        }
      }
      assertEquals(String.join(" ", words), together.toString());
    }
  }

  @Test
  void badPassagesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PassageModel(new WordCount(), 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new PassageModel(new WordCount(), 3, 3));
  }

  @Test
  void aKnownPairCostsNoCallAndTheCacheSurvivesARestart() throws IOException {
    Path file = directory.resolve("scores");
    WordCount model = new WordCount();
    ScoreCache cache = ScoreCache.open(file, 100);
    CachedModel cached = new CachedModel(model, cache);
    List<String> queries = List.of("a", "b");
    List<String> documents = List.of("a b", "b b", "c");
    float[][] expected = new WordCount().score(queries, documents);
    assertArrayEquals(expected, cached.score(queries, documents));
    assertEquals(6, model.calls.get());
    assertArrayEquals(expected, cached.score(queries, documents));
    assertEquals(6, model.calls.get());
    cache.save();
    assertEquals(List.of(file), Files.list(directory).toList());
    CachedModel later = new CachedModel(model, ScoreCache.open(file, 100));
    assertArrayEquals(expected, later.score(queries, documents));
    assertEquals(6, model.calls.get());
    later.score(List.of("a"), List.of("a b", "new"));
    assertEquals(7, model.calls.get());
  }

  @Test
  void whatSeveralQueriesLackIsAskedForInOneCall() {
    AtomicInteger batches = new AtomicInteger();
    WordCount counted =
        new WordCount() {
          @Override
          public float[][] score(List<String> queries, List<String> documents) {
            batches.incrementAndGet();
            return super.score(queries, documents);
          }
        };
    CachedModel cached = new CachedModel(counted, ScoreCache.inMemory(1000));
    List<String> queries = IntStream.range(0, 50).mapToObj(i -> "q" + i).toList();
    List<String> documents = List.of("q1 q2 q2", "q3", "none");
    assertArrayEquals(new WordCount().score(queries, documents), cached.score(queries, documents));
    assertEquals(1, batches.get());
    cached.score(List.of("q7"), List.of("q3", "fresh"));
    assertEquals(2, batches.get());
    List<String> more = List.of("none", "fresh", "q3", "other");
    assertArrayEquals(new WordCount().score(queries, more), cached.score(queries, more));
    assertEquals(4, batches.get(), "one query knows a text that the others do not");
    assertEquals(50 * 5, counted.calls.get());
  }

  @Test
  void anErrorShowsTheBeginningOfALongText() {
    InteractionModel broken =
        new WordCount() {
          @Override
          public float[][] score(List<String> queries, List<String> documents) {
            return new float[][] {{Float.NaN}};
          }
        };
    String text = "secret ".repeat(10_000);
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> ModelScores.checked(broken, List.of("q"), List.of(text)));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.length() < 300, message.length() + " characters");
    assertTrue(message.contains("secret secret") && message.contains("70000"), message);
  }

  @Test
  void theCacheIsBounded() {
    ScoreCache cache = ScoreCache.inMemory(50);
    CachedModel cached = new CachedModel(new WordCount(), cache);
    for (int i = 0; i < 1000; i++) {
      cached.score(List.of("q" + i), List.of("d"));
    }
    assertTrue(cache.size() <= 50, "size " + cache.size());
    assertThrows(IllegalStateException.class, cache::save);
  }

  @Test
  void aDamagedCacheFileIsAnError() throws IOException {
    Path file = directory.resolve("scores");
    ScoreCache cache = ScoreCache.open(file, 100);
    new CachedModel(new WordCount(), cache).score(List.of("a"), List.of("x", "y"));
    cache.save();
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      assertThrows(IOException.class, () -> ScoreCache.open(file, 100));
    }
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThrows(IOException.class, () -> ScoreCache.open(file, 100));
    }
  }
}
