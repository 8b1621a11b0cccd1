package io.curlew.cur.anchor;

import io.curlew.quantize.BitAllocation;
import io.curlew.quantize.LookupTable;
import io.curlew.quantize.ProductQuantizer;
import java.util.Arrays;

/**
 * Some bytes for a row: codes of a {@link ProductQuantizer}, whose products are looked up.
 *
 * @param quantizer trained on values that do not vary together
 */
record ProductQuantizedEncoding(ProductQuantizer quantizer) implements RowEncoding {

  /** Of the random codes that the training of a quantiser begins with: any is as good. */
  private static final long SEED = 0;

  /** Turned onto the directions that are worth a bit, then quantised. */
  static ProjectedEncoding of(float[][] rows, int bytes) {
    int most = Math.min(rows.length, rows[0].length);
    if (bytes < 1 || bytes > most) {
      throw new IllegalArgumentException(
          "bytes must be between 1 and the smaller of anchors and sample, "
              + most
              + ", got: "
              + bytes);
    }
    ProjectedEncoding whole = ProjectedEncoding.of(rows, most, RowEncoding.floats());
    float[][] turned = Arrays.stream(rows).map(whole::project).toArray(float[][]::new);
    BitAllocation allocation = BitAllocation.of(AnchorStatistics.variances(turned), bytes);
    return whole.first(
        allocation.dimensions(),
        rows,
        values -> new ProductQuantizedEncoding(ProductQuantizer.compute(values, allocation, SEED)));
  }

  @Override
  public int size() {
    return quantizer.dimension();
  }

  @Override
  public int length() {
    return quantizer.bytes();
  }

  @Override
  public byte[] encode(float[] values) {
    return quantizer.encode(values);
  }

  @Override
  public void decode(byte[] stored, int count, float[] values) {
    quantizer.decode(stored, count, values);
  }

  @Override
  public RowProducts products(float[] weights, float[] mean) {
    LookupTable table = quantizer.table(weights, mean);
    return new RowProducts() {
      @Override
      public void of(byte[] rows, int count, float[] out) {
        table.sums(rows, count, out);
      }
    };
  }
}
