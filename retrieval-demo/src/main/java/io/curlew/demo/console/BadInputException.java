package io.curlew.demo.console;

import io.curlew.cur.anchor.AnchorFileException;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.data.file.MalformedDataException;
import java.io.Serial;
import java.nio.file.NoSuchFileException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexNotFoundException;

/** Bad usage or bad input: the command ends with exit code 2 and this message. */
public final class BadInputException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public BadInputException(String message) {
    super(message);
  }

  /** Whether an error is one of usage or input, rather than a failure inside. */
  public static boolean isCause(Exception e) {
    return e instanceof BadInputException
        || e instanceof IllegalArgumentException
        || e instanceof MalformedDataException
        || e instanceof AnchorFileException
        || e instanceof IncompatibleIndexException
        || e instanceof IndexNotFoundException
        || e instanceof CorruptIndexException
        || e instanceof NoSuchFileException;
  }
}
