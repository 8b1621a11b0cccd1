package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.lucene.rows.DocumentIds;
import io.curlew.testing.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;

/** Documents by their ids, over segments, updates, deletions, and parts with the id of a whole. */
class DocumentIdsTest {

  private static final int IDS = 200;

  private final Random random = Seeds.random();

  @RepeatedTest(5)
  void whatHasAnIdIsFoundByIt() throws Exception {
    try (Directory directory = new ByteBuffersDirectory()) {
      Set<String> there = index(directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        Map<String, Integer> wholes = new HashMap<>();
        Map<String, Integer> parts = new HashMap<>();
        for (LeafReaderContext leaf : reader.leaves()) {
          Bits live = leaf.reader().getLiveDocs();
          for (int d = 0; d < leaf.reader().maxDoc(); d++) {
            Document document = leaf.reader().storedFields().document(d);
            if (live == null || live.get(d)) {
              (document.get("part") == null ? wholes : parts)
                  .putIfAbsent(document.get("id"), leaf.docBase + d);
            }
          }
        }
        assertEquals(there, wholes.keySet());
        List<String> asked =
            new ArrayList<>(random.ints(300, 0, IDS + 20).mapToObj(i -> "d" + i).toList());
        asked.add(random.nextInt(asked.size()), "");
        assertArrayEquals(
            asked.stream().mapToInt(id -> wholes.getOrDefault(id, -1)).toArray(),
            find(reader, asked, false));
        assertArrayEquals(
            asked.stream().mapToInt(id -> parts.getOrDefault(id, -1)).toArray(),
            find(reader, asked, true));
        int[] none = new int[asked.size()];
        Arrays.fill(none, -1);
        assertArrayEquals(
            none, DocumentIds.find(reader, "other", terms(asked), (leaf, document) -> true));
      }
    }
  }

  private static int[] find(DirectoryReader reader, List<String> ids, boolean parts)
      throws Exception {
    return DocumentIds.find(
        reader,
        "id",
        terms(ids),
        (leaf, document) ->
            parts == (leaf.reader().storedFields().document(document).get("part") != null));
  }

  /** The empty id is none. */
  private static List<@Nullable BytesRef> terms(List<String> ids) {
    List<@Nullable BytesRef> terms = new ArrayList<>();
    ids.forEach(id -> terms.add(id.isEmpty() ? null : new BytesRef(id)));
    return terms;
  }

  /** Blocks of up to two parts and a whole, replaced and deleted by their id. */
  private Set<String> index(Directory directory) throws Exception {
    Set<String> there = new HashSet<>();
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer()).setMergePolicy(NoMergePolicy.INSTANCE);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < 4 * IDS; i++) {
        String id = "d" + random.nextInt(IDS);
        if (random.nextInt(4) == 0) {
          writer.deleteDocuments(new Term("id", id));
          there.remove(id);
        } else {
          List<Document> block = new ArrayList<>();
          for (int part = random.nextInt(3); part >= 0; part--) {
            Document document = new Document();
            document.add(new StringField("id", id, Field.Store.YES));
            if (part > 0) {
              document.add(new StringField("part", "yes", Field.Store.YES));
            }
            block.add(document);
          }
          writer.updateDocuments(new Term("id", id), block);
          there.add(id);
        }
        if (random.nextInt(50) == 0) {
          writer.flush();
        }
      }
    }
    return there;
  }
}
