package io.curlew.data.file;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A file inside a Maven artifact on the class path.
 *
 * @param resource the absolute name of the class-path resource, with a leading slash
 * @param artifact the artifact that has it, as {@code group:artifact:version}
 */
public record ArtifactFile(String resource, String artifact) {
  public InputStream open() throws IOException {
    InputStream in = ArtifactFile.class.getResourceAsStream(resource);
    if (in == null) {
      throw new FileNotFoundException(
          "Maven artifact " + artifact + " must be on the class path, got: none with " + resource);
    }
    return in;
  }
}
