package io.curlew.solr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The documents of shards that a search has met so far; their ordinals are in that order. */
final class KnownDocuments {

  private final List<Known> documents = new ArrayList<>();
  private final Map<String, Integer> ordinals = new HashMap<>();

  /** What is known of a document. */
  static final class Known {
    final int shard;
    final String id;
    final float firstStage; // NaN where it does not match
    float @Nullable [] row;
    float squaredNorm;

    private Known(int shard, String id, float firstStage) {
      this.shard = shard;
      this.id = id;
      this.firstStage = firstStage;
    }

    float[] row() {
      return Objects.requireNonNull(row);
    }
  }

  /** The ordinal of a document, a new one if it was not met before. */
  int ordinal(int shard, String id, float firstStage) {
    return ordinals.computeIfAbsent(
        id,
        unknown -> {
          documents.add(new Known(shard, id, firstStage));
          return documents.size() - 1;
        });
  }

  /** The ordinal of a document that was met before. */
  int ordinal(String id) {
    return Objects.requireNonNull(ordinals.get(id), id);
  }

  Known get(int ordinal) {
    return documents.get(ordinal);
  }

  int size() {
    return documents.size();
  }

  List<String> ids(int[] some) {
    return Arrays.stream(some).mapToObj(ordinal -> documents.get(ordinal).id).toList();
  }

  /** The first-stage scores of all. */
  float[] firstStage() {
    float[] scores = new float[documents.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = documents.get(i).firstStage;
    }
    return scores;
  }

  /** Forgets all but some, which get new ordinals, in their order. */
  void keep(int[] some) {
    List<Known> kept = Arrays.stream(some).mapToObj(documents::get).toList();
    documents.clear();
    ordinals.clear();
    kept.forEach(document -> ordinals.put(document.id, ordinals.size()));
    documents.addAll(kept);
  }
}
