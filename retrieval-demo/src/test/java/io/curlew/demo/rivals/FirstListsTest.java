package io.curlew.demo.rivals;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.cur.FirstStage;
import io.curlew.cur.SearchSpace;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FirstListsTest {

  private static final float NONE = Float.NaN;

  // lists 0 1 2 and 3 1 0
  private static final SearchSpace SPACE =
      ArraySpace.of(
          new float[][] {{9, 8, 7, NONE, NONE, NONE}, {1, 2, NONE, 3, NONE, NONE}},
          new float[] {1, 2, 3, 4, 5, 6});

  @Test
  void reciprocalRanksAreAdded() throws IOException {
    // 0: 1/61 + 1/63, 1: 2/62, 3: 1/61, 2: 1/63
    assertArrayEquals(new int[] {0, 1, 3, 2}, FirstLists.reciprocalRanks(SPACE, 4));
    assertArrayEquals(new int[] {0, 1}, FirstLists.reciprocalRanks(SPACE, 2));
  }

  @Test
  void listsThatAreTooShortAreFilledAndNothingIsThereTwice() throws IOException {
    for (int n : new int[] {0, 1, 5, 6, 100}) {
      for (int[] list :
          new int[][] {FirstLists.reciprocalRanks(SPACE, n), FirstLists.latent(SPACE, n)}) {
        assertEquals(Math.min(n, 6), list.length);
        assertEquals(list.length, Arrays.stream(list).distinct().count());
      }
    }
  }

  @Test
  void whereNothingWasLearnedTheHybridListIsTheSame() throws IOException {
    assertArrayEquals(
        FirstStage.hybrid(SPACE, 4).documents(), FirstLists.reciprocalRanks(SPACE, 4));
  }

  @Test
  void aListWithoutOthers() {
    assertArrayEquals(
        new int[] {7, 2}, FirstLists.without(new int[] {5, 7, 9, 2}, new int[] {9, 5, 1}));
  }
}
