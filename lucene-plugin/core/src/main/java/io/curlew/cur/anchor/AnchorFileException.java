package io.curlew.cur.anchor;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An anchor file that is truncated, damaged, of another format or of another version. */
public final class AnchorFileException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public AnchorFileException(String message) {
    super(message);
  }

  public AnchorFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
