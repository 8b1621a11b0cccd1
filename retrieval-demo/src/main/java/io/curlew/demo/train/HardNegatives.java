package io.curlew.demo.train;

import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.attention.scoring.TextRole;
import io.curlew.attention.scoring.TokenEncoder;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.QueryBuilder;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * For each training query the documents that the first stages rank high: dense and BM25 lists,
 * interleaved, the judged document left out.
 *
 * @param lists document numbers by query, most alike first, {@value #DEPTH} each
 */
public record HardNegatives(int[][] lists) {
  public static final int DEPTH = 64;

  private static final int BM25_DEPTH = 32;
  private static final int CHUNK = 256;
  private static final String JOB = "job";
  private static final String LISTS = "lists";
  private static final String TEXT = "text";

  /**
   * Reads the lists that an earlier run found, or finds them: a vector for each text, and one dot
   * product for each pair.
   *
   * @param set whose queries have lists
   * @param work the directory to keep them in
   * @param wordnet how many of WordNet's documents the set is of
   * @param seed of the set
   */
  public static HardNegatives of(TrainingSet set, Path work, String wordnet, long seed)
      throws IOException {
    try (LateInteractionModel model =
        Models.lateInteraction(LateInteractionOptions.defaults().withCacheBytes(0))) {
      TokenEncoder encoder = model.encoder();
      String job =
          "wordnet "
              + wordnet
              + "; held out "
              + set.heldOut()
              + "; seed "
              + seed
              + "; "
              + encoder.fingerprint();
      Path file = work.resolve("lists.safetensors");
      HardNegatives saved = read(file, job);
      return saved == null ? find(set, encoder).write(file, job) : saved;
    }
  }

  private static @Nullable HardNegatives read(Path file, String job) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    try (InputStream stream = Files.newInputStream(file)) {
      SafetensorsFile saved = SafetensorsFile.read(stream);
      Tensor lists = saved.arrays().get(LISTS);
      if (saved.require(JOB).equals(job) && lists != null) {
        return new HardNegatives(fromTensor(lists));
      }
    }
    Progress.log("the lists in " + file + " are of another job, and are made anew");
    return null;
  }

  private HardNegatives write(Path file, String job) throws IOException {
    new SafetensorsFile(Map.of(JOB, job), Map.of(LISTS, toTensor(lists))).write(file);
    return this;
  }

  private static HardNegatives find(TrainingSet set, TokenEncoder encoder) throws IOException {
    int[][] dense = dense(encoder, set.queries(), set.documents());
    int[][] bm25 = bm25(set.queries(), set.documents());
    int[][] lists = new int[dense.length][];
    for (int query = 0; query < lists.length; query++) {
      lists[query] = interleaved(dense[query], bm25[query], set.judged()[query]);
    }
    return new HardNegatives(lists);
  }

  /** Document numbers are exact as float32 up to 16 million. */
  private static Tensor toTensor(int[][] lists) {
    float[] values = new float[lists.length * DEPTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = lists[i / DEPTH][i % DEPTH];
    }
    return new Tensor(new long[] {lists.length, DEPTH}, values);
  }

  private static int[][] fromTensor(Tensor tensor) {
    int[][] lists = new int[Math.toIntExact(tensor.shape()[0])][DEPTH];
    for (int i = 0; i < tensor.values().length; i++) {
      lists[i / DEPTH][i % DEPTH] = (int) tensor.values()[i];
    }
    return lists;
  }

  private static int[][] dense(TokenEncoder encoder, List<String> queries, List<String> documents) {
    float[][] vectors = vectors(encoder, TextRole.DOCUMENT, documents, "Document vectors");
    float[][] asked = vectors(encoder, TextRole.QUERY, queries, "Query vectors");
    int[][] lists = new int[queries.size()][];
    try (Progress progress = Progress.start("Dense lists", queries.size())) {
      IntStream.range(0, lists.length)
          .parallel()
          .forEach(
              query -> {
                lists[query] = top(asked[query], vectors);
                progress.step(1);
              });
    }
    return lists;
  }

  private static float[][] vectors(
      TokenEncoder encoder, TextRole role, List<String> texts, String task) {
    float[][] vectors = new float[texts.size()][];
    try (Progress progress = Progress.start(task, texts.size())) {
      for (int from = 0; from < vectors.length; from += CHUNK) {
        int to = Math.min(vectors.length, from + CHUNK);
        float[][] some = encoder.pooled(role, texts.subList(from, to));
        System.arraycopy(some, 0, vectors, from, some.length);
        progress.step(some.length);
      }
    }
    return vectors;
  }

  /** One more than is used, as the judged document may be among them; ties by number. */
  private static int[] top(float[] query, float[][] vectors) {
    long[] keys = new long[vectors.length];
    for (int document = 0; document < keys.length; document++) {
      int score = Float.floatToIntBits(VectorUtil.dotProduct(query, vectors[document]) + 2);
      keys[document] = -((long) score << 32) + document; // scores + 2 are positive
    }
    Arrays.sort(keys);
    int[] top = new int[Math.min(DEPTH + 1, keys.length)];
    for (int i = 0; i < top.length; i++) {
      top[i] = (int) keys[i];
    }
    return top;
  }

  private static int[][] bm25(List<String> queries, List<String> documents) throws IOException {
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory();
        Progress progress = Progress.start("BM25 lists", queries.size())) {
      try (IndexWriter writer =
          new IndexWriter(
              directory,
              new IndexWriterConfig(CurlewIndex.analyzer())
                  .setMergePolicy(NoMergePolicy.INSTANCE))) {
        for (String text : documents) {
          Document document = new Document();
          document.add(new TextField(TEXT, text, Field.Store.NO));
          writer.addDocument(document);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        QueryBuilder builder = new QueryBuilder(CurlewIndex.analyzer());
        int[][] lists = new int[queries.size()][];
        for (int query = 0; query < lists.length; query++) {
          @Nullable Query words = builder.createBooleanQuery(TEXT, queries.get(query));
          ScoreDoc[] found =
              words == null ? new ScoreDoc[0] : searcher.search(words, BM25_DEPTH).scoreDocs;
          lists[query] = Arrays.stream(found).mapToInt(hit -> hit.doc).toArray();
          progress.step(1);
        }
        return lists;
      }
    }
  }

  private static int[] interleaved(int[] dense, int[] bm25, int judged) {
    Set<Integer> union = new LinkedHashSet<>();
    for (int i = 0; i < dense.length; i++) {
      union.add(dense[i]);
      if (i < bm25.length) {
        union.add(bm25[i]);
      }
    }
    union.remove(judged);
    int[] list = new int[DEPTH];
    Iterator<Integer> documents = union.iterator();
    for (int i = 0; i < DEPTH; i++) {
      list[i] = documents.next();
    }
    return list;
  }
}
