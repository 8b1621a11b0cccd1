package io.curlew.attention.scoring;

import java.util.Arrays;
import java.util.List;

/**
 * A few documents as a kernel reads them: the token vectors of all, one document after the other,
 * in tiles of {@link MaxSimKernel#TILE_ROWS} tokens. Within a tile, value {@code i} of all its
 * tokens lies together. A tile may span documents, so short documents waste nothing.
 */
final class DocumentTiles {

  private final float[] values;

  /** For each token, its document; for padding, one more than the last document. */
  private final int[] slots;

  private final int documents;

  private DocumentTiles(int documents, int rows, int dimension) {
    int padded = Math.ceilDiv(rows, MaxSimKernel.TILE_ROWS) * MaxSimKernel.TILE_ROWS;
    this.documents = documents;
    this.values = new float[Math.multiplyExact(padded, dimension)];
    this.slots = new int[padded];
    Arrays.fill(slots, documents);
  }

  static DocumentTiles pack(List<EncodedText> texts, int dimension) {
    int rows = 0;
    for (EncodedText text : texts) {
      rows = Math.addExact(rows, text.tokens());
    }
    DocumentTiles tiles = new DocumentTiles(texts.size(), rows, dimension);
    int row = 0;
    for (int slot = 0; slot < texts.size(); slot++) {
      EncodedText text = texts.get(slot);
      MaxSim.requireDimension(dimension, text);
      for (int token = 0; token < text.tokens(); token++, row++) {
        tiles.slots[row] = slot;
        tiles.fill(row, text.vectors(), token * dimension, dimension);
      }
    }
    return tiles;
  }

  private void fill(int row, float[] vectors, int from, int dimension) {
    int tileRows = MaxSimKernel.TILE_ROWS;
    int to = row / tileRows * tileRows * dimension + row % tileRows;
    for (int i = 0; i < dimension; i++) {
      values[to + i * tileRows] = vectors[from + i];
    }
  }

  float[] values() {
    return values;
  }

  /** Document slots that products go to: one per document and one for padding. */
  int slots() {
    return documents + 1;
  }

  int slot(int row) {
    return slots[row];
  }

  int rows() {
    return slots.length;
  }

  int tiles() {
    return slots.length / MaxSimKernel.TILE_ROWS;
  }
}
