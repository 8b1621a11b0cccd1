package io.curlew.solr;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.LatentQuery;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.ArrayList;
import java.util.List;
import org.apache.solr.common.SolrException;
import org.apache.solr.search.SolrIndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * The result of a distributed search as it is handed out to the shards with the request itself:
 * they do not search, but look up which hits are theirs. So sorting, paging, facets, stored fields
 * and explanations are Solr's own, and every phase and replica sees the same hits.
 */
final class Handout {

  private Handout() {}

  /**
   * Packs a result: some 16 bytes a hit beside its id, 6 for each of its features, and 6 for each
   * anchor.
   *
   * @param features the values of features, {@code [hits][features]}
   */
  static String pack(SearchResult result, float[][] features) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      LatentQuery estimate = result.estimate();
      float[] weights = estimate == null ? new float[0] : estimate.weights();
      out.writeUTF(estimate == null ? "" : estimate.anchors());
      out.writeInt(weights.length);
      out.write(Packed.floats(weights));
      out.writeFloat(estimate == null ? 0 : estimate.intercept());
      out.writeInt(result.hits().size());
      out.writeByte(features.length == 0 ? 0 : features[0].length);
      for (int i = 0; i < features.length; i++) {
        Hit hit = result.hits().get(i);
        out.writeUTF(hit.id());
        out.writeFloat(hit.score());
        out.writeFloat(hit.modelScore());
        out.writeBoolean(hit.exact());
        out.writeByte(hit.round());
        out.write(Packed.floats(features[i]));
      }
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
    return Packed.text(bytes.toByteArray());
  }

  /**
   * Unpacks the hits that a core has.
   *
   * @throws SolrException with status 400 if it is not what {@link #pack} makes
   */
  static CurResult unpack(String packed, SolrIndexSearcher searcher) throws IOException {
    try {
      return read(packed, searcher);
    } catch (EOFException | UTFDataFormatException | IllegalArgumentException e) {
      throw LocalParams.bad(
          CurPlans.HITS
              + "N must be a result that a node has handed out, got: one that is damaged");
    }
  }

  private static float[] floats(DataInputStream in, int count) throws IOException {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }

  private static Hit hit(String id, int place, DataInputStream in) throws IOException {
    return new Hit(id, place, in.readFloat(), in.readFloat(), in.readBoolean(), in.readByte());
  }

  private static CurResult read(String packed, SolrIndexSearcher searcher) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Packed.bytes(packed)))) {
      String anchors = in.readUTF();
      float[] weights = Packed.floats(in.readNBytes(Float.BYTES * in.readInt()));
      LatentQuery estimate = new LatentQuery(anchors, weights, in.readFloat());
      int count = in.readInt();
      int features = in.readUnsignedByte();
      List<Hit> all = new ArrayList<>();
      List<float[]> values = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(hit(in.readUTF(), i, in));
        values.add(floats(in, features));
      }
      int[] documents = Documents.find(searcher, all.stream().map(Hit::id).toList());
      List<CurResult.CurHit> hits = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (documents[i] >= 0) {
          hits.add(new CurResult.CurHit(documents[i], values.get(i), all.get(i)));
        }
      }
      @Nullable LatentQuery fitted = weights.length == 0 ? null : estimate;
      SearchResult result =
          new SearchResult(List.of(), 0, 0, 0, List.of(), SearchResult.Stop.BUDGET, fitted);
      return new CurResult(result, List.copyOf(hits));
    }
  }
}
