package io.curlew.cur;

/**
 * What a search asks of a space before any score: an engine whose documents are on other machines
 * asks for all of it at once. What a search asks beyond it is answered too, by a message more.
 *
 * @param listed so many of the best documents of each feature, at most
 * @param latentUpTo the learned latent query has such a list too, for which all documents are
 *     looked at, where there are so many documents at most
 * @param sampled so many documents at random
 * @param seed of these
 */
public record Opening(int listed, long latentUpTo, int sampled, long seed) {

  /** Nothing that is known beforehand. */
  public static final Opening NONE = new Opening(0, 0, 0, 0);

  public Opening {
    if (listed < 0 || latentUpTo < 0 || sampled < 0) {
      throw new IllegalArgumentException(
          "numbers of documents must be at least 0, got: "
              + listed
              + ", "
              + latentUpTo
              + " and "
              + sampled);
    }
  }

  /** Lists of the features. */
  public static Opening lists(int n) {
    return new Opening(n, 0, 0, 0);
  }

  /** Lists of the features and of the latent query, however many documents there are. */
  public static Opening listsAndLatent(int n) {
    return new Opening(n, Long.MAX_VALUE, 0, 0);
  }

  /** Documents at random. */
  public static Opening sample(int n, long seed) {
    return new Opening(0, 0, n, seed);
  }
}
