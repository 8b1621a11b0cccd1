package io.curlew.opensearch;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.lucene.rows.DocumentIds;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.opensearch.common.lucene.Lucene;
import org.opensearch.index.IndexService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.node.Node;

/** The anchor rows that a node holds, read out of its shards. */
final class Rows {

  private Rows() {}

  /** By the number of the shard, and document. */
  static Map<Integer, Map<String, float[]>> of(Node node, String index, AnchorSet anchors)
      throws IOException {
    Map<Integer, Map<String, float[]>> byShard = new TreeMap<>();
    for (IndexService service : node.injector().getInstance(IndicesService.class)) {
      if (service.index().getName().equals(index)) {
        for (IndexShard shard : service) {
          shard.refresh("test");
          byShard.put(shard.shardId().id(), of(shard, anchors));
        }
      }
    }
    return byShard;
  }

  private static Map<String, float[]> of(IndexShard shard, AnchorSet anchors) throws IOException {
    try (Engine.Searcher searcher = shard.acquireSearcher("test")) {
      DocumentIds ids = new DocumentNames("", false).of(searcher.getIndexReader(), "anchors");
      IndexView view = new IndexView(searcher, "anchors", anchors, ids);
      int[] documents = IndexView.documents(view.searchable());
      List<String> names = ids.of(documents);
      float[][] rows = view.rows().values(documents);
      Map<String, float[]> byId = new HashMap<>();
      for (int i = 0; i < rows.length; i++) {
        byId.put(names.get(i), rows[i]);
      }
      return byId;
    }
  }

  /** Whether a segment of the index has a vector field, and so a graph. */
  static boolean hasVectors(Node node, String index) {
    for (IndexService service : node.injector().getInstance(IndicesService.class)) {
      if (service.index().getName().equals(index)) {
        for (IndexShard shard : service) {
          try (Engine.Searcher searcher = shard.acquireSearcher("test")) {
            for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
              SegmentReader segment = Lucene.segmentReader(leaf.reader());
              if (segment.getFieldInfos().hasVectorValues()) {
                return true;
              }
            }
          }
        }
      }
    }
    return false;
  }
}
