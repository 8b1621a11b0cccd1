package io.curlew.attention;

/** What happens to a sequence whose estimated error is above the tolerance. */
public enum Fallback {
  /** It is computed exactly, at quadratic cost. */
  EXACT,
  /** Landmarks are doubled until the estimate is within the tolerance or every token is one. */
  GROW
}
