package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PointValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Compares a copy with its source: every field of every document that is not deleted, document by
 * document, and every term with what it points at.
 */
final class IndexComparison {

  private long values;

  private IndexComparison() {}

  /** Compares all segments; the result is how many values were compared. */
  static long compare(Directory source, Directory copy) throws IOException {
    IndexComparison comparison = new IndexComparison();
    try (DirectoryReader left = DirectoryReader.open(source);
        DirectoryReader right = DirectoryReader.open(copy)) {
      assertEquals(left.numDocs(), right.numDocs());
      assertEquals(left.numDocs(), right.maxDoc());
      int next = 0;
      for (var leaf : left.leaves()) {
        if (leaf.reader().numDocs() > 0) {
          comparison.compare(leaf.reader(), right.leaves().get(next++).reader());
        }
      }
      assertEquals(next, right.leaves().size());
    }
    return comparison.values;
  }

  private void compare(LeafReader left, LeafReader right) throws IOException {
    assertEquals(left.getMetaData().sort(), right.getMetaData().sort());
    assertEquals(left.getMetaData().hasBlocks(), right.getMetaData().hasBlocks());
    assertEquals(
        left.getMetaData().createdVersionMajor(), right.getMetaData().createdVersionMajor());
    int[] numbers = new int[left.maxDoc()]; // in the copy, or -1
    Bits live = left.getLiveDocs();
    int next = 0;
    for (int d = 0; d < numbers.length; d++) {
      numbers[d] = live == null || live.get(d) ? next++ : -1;
    }
    assertEquals(next, right.maxDoc());
    for (int d = 0; d < numbers.length; d++) {
      if (numbers[d] >= 0) {
        same(
            left.storedFields().document(d).getFields().toString(),
            right.storedFields().document(numbers[d]).getFields().toString(),
            "stored fields");
        same(vectors(left, d), vectors(right, numbers[d]), "term vectors");
      }
    }
    for (FieldInfo field : left.getFieldInfos()) {
      FieldInfo other = right.getFieldInfos().fieldInfo(field.name);
      assertTrue(other != null, field.name);
      assertEquals(field.isSoftDeletesField(), other.isSoftDeletesField());
      assertEquals(field.isParentField(), other.isParentField());
      assertEquals(field.docValuesSkipIndexType(), other.docValuesSkipIndexType());
      same(docValues(left, field, numbers), docValues(right, other, null), field.name);
      same(points(left, field, numbers), points(right, other, null), field.name);
      same(knn(left, field, numbers), knn(right, other, null), field.name);
      if (field.getIndexOptions() != IndexOptions.NONE) {
        Map<String, String> expected = postings(left, field, numbers);
        Map<String, String> found = postings(right, other, null);
        assertEquals(expected.keySet(), found.keySet(), field.name);
        expected.forEach(
            (term, list) -> same(list, String.valueOf(found.get(term)), field.name + ":" + term));
        same(norms(left, field, numbers), norms(right, other, null), field.name);
      }
    }
  }

  private void same(Object left, Object right, String what) {
    values += left instanceof List<?> list ? list.size() : 1;
    assertEquals(left, right, what);
  }

  /** A document's number in the copy; null is the copy itself. */
  private static int number(int document, int @Nullable [] numbers) {
    return numbers == null ? document : numbers[document];
  }

  private static String vectors(LeafReader reader, int document) throws IOException {
    StringBuilder all = new StringBuilder();
    var fields = reader.termVectors().get(document);
    if (fields != null) {
      for (String field : fields) {
        TermsEnum terms = fields.terms(field).iterator();
        for (BytesRef term = terms.next(); term != null; term = terms.next()) {
          PostingsEnum positions = terms.postings(null, PostingsEnum.ALL);
          positions.nextDoc();
          all.append(field).append(':').append(term.utf8ToString());
          for (int i = 0; i < positions.freq(); i++) {
            all.append('@').append(positions.nextPosition());
          }
        }
      }
    }
    return all.toString();
  }

  private static Map<String, String> postings(
      LeafReader reader, FieldInfo field, int @Nullable [] numbers) throws IOException {
    Map<String, String> all = new TreeMap<>();
    Terms terms = reader.terms(field.name);
    if (terms == null) {
      return all;
    }
    TermsEnum each = terms.iterator();
    for (BytesRef term = each.next(); term != null; term = each.next()) {
      StringBuilder list = new StringBuilder();
      PostingsEnum postings = each.postings(null, PostingsEnum.ALL);
      for (int d = postings.nextDoc(); d != DocIdSetIterator.NO_MORE_DOCS; d = postings.nextDoc()) {
        if (number(d, numbers) >= 0) {
          list.append(number(d, numbers)).append('x').append(postings.freq());
          for (int i = 0; terms.hasPositions() && i < postings.freq(); i++) {
            list.append('@').append(postings.nextPosition());
          }
          list.append(' ');
        }
      }
      if (!list.isEmpty()) {
        all.put(term.toString(), list.toString());
      }
    }
    return all;
  }

  private static List<String> norms(LeafReader reader, FieldInfo field, int @Nullable [] numbers)
      throws IOException {
    return numeric(reader.getNormValues(field.name), numbers);
  }

  private static List<String> numeric(@Nullable NumericDocValues values, int @Nullable [] numbers)
      throws IOException {
    List<String> all = new ArrayList<>();
    while (values != null && values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      add(all, values.docID(), numbers, Long.toString(values.longValue()));
    }
    return all;
  }

  private static void add(List<String> all, int document, int @Nullable [] numbers, String value) {
    if (number(document, numbers) >= 0) {
      all.add(number(document, numbers) + "=" + value);
    }
  }

  private static List<String> docValues(
      LeafReader reader, FieldInfo field, int @Nullable [] numbers) throws IOException {
    List<String> all = new ArrayList<>();
    String name = field.name;
    switch (field.getDocValuesType()) {
      case NUMERIC -> all = numeric(reader.getNumericDocValues(name), numbers);
      case BINARY -> {
        var values = reader.getBinaryDocValues(name);
        while (values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          add(all, values.docID(), numbers, values.binaryValue().toString());
        }
      }
      case SORTED -> {
        var values = reader.getSortedDocValues(name);
        while (values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          add(all, values.docID(), numbers, values.lookupOrd(values.ordValue()).toString());
        }
      }
      case SORTED_NUMERIC -> {
        var values = reader.getSortedNumericDocValues(name);
        while (values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          for (int i = 0; i < values.docValueCount(); i++) {
            add(all, values.docID(), numbers, Long.toString(values.nextValue()));
          }
        }
      }
      case SORTED_SET -> {
        var values = reader.getSortedSetDocValues(name);
        while (values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          for (int i = 0; i < values.docValueCount(); i++) {
            add(all, values.docID(), numbers, values.lookupOrd(values.nextOrd()).toString());
          }
        }
      }
      default -> assertEquals(DocValuesType.NONE, field.getDocValuesType());
    }
    return all;
  }

  private static List<String> points(LeafReader reader, FieldInfo field, int @Nullable [] numbers)
      throws IOException {
    List<String> all = new ArrayList<>();
    PointValues points =
        field.getPointDimensionCount() == 0 ? null : reader.getPointValues(field.name);
    if (points != null) {
      points.intersect(
          new PointValues.IntersectVisitor() {
            @Override
            public void visit(int document) {
              throw new IllegalStateException("every point is asked for");
            }

            @Override
            public void visit(int document, byte[] packed) {
              add(all, document, numbers, Arrays.toString(packed));
            }

            @Override
            public PointValues.Relation compare(byte[] low, byte[] high) {
              return PointValues.Relation.CELL_CROSSES_QUERY;
            }
          });
    }
    Collections.sort(all);
    return all;
  }

  private static List<String> knn(LeafReader reader, FieldInfo field, int @Nullable [] numbers)
      throws IOException {
    List<String> all = new ArrayList<>();
    if (!field.hasVectorValues()) {
      return all;
    }
    boolean bytes = field.getVectorEncoding() == VectorEncoding.BYTE;
    KnnVectorValues values =
        bytes ? reader.getByteVectorValues(field.name) : reader.getFloatVectorValues(field.name);
    KnnVectorValues.DocIndexIterator each = values.iterator();
    while (each.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      String value =
          bytes
              ? Arrays.toString(((ByteVectorValues) values).vectorValue(each.index()))
              : Arrays.toString(((FloatVectorValues) values).vectorValue(each.index()));
      add(all, each.docID(), numbers, value);
    }
    return all;
  }
}
