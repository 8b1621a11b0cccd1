package io.curlew.data.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void opensMiniLmOutOfItsArtifact() throws IOException {
    ModelFiles files = ModelFiles.miniLmInt8();
    assertEquals("all-minilm-l6-v2-q", files.name());
    try (InputStream model = files.openModel();
        InputStream tokenizer = files.openTokenizer()) {
      assertEquals(22_972_370, model.readAllBytes().length);
      assertTrue(new ObjectMapper().readTree(tokenizer).has("model"));
    }
  }
}
