package io.curlew.data.model;

import static io.curlew.data.file.TempFiles.assertMalformed;
import static io.curlew.data.file.TempFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

  @Test
  void opensADirectory() throws IOException {
    write(folder, "m/model.onnx", "graph");
    Path directory = folder.resolve("m");
    assertMalformed(
        directory.resolve("tokenizer.json"),
        ": model directory must hold model.onnx and tokenizer.json, got: no such file",
        () -> ModelFiles.inDirectory(directory));
    write(folder, "m/tokenizer.json", "{}");
    ModelFiles files = ModelFiles.inDirectory(directory);
    assertEquals("m", files.name());
    try (InputStream model = files.openModel();
        InputStream tokenizer = files.openTokenizer()) {
      assertArrayEquals("graph\n".getBytes(StandardCharsets.UTF_8), model.readAllBytes());
      assertArrayEquals("{}\n".getBytes(StandardCharsets.UTF_8), tokenizer.readAllBytes());
    }
  }
}
