package io.curlew.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkReportTest {
  @TempDir Path folder;

  @AllowedHere // a report has a date
  @Test
  void saysWhatWasMeasuredOnWhat() throws IOException {
    BenchmarkReport report = new BenchmarkReport(BenchmarkReportTest.class, Map.of("heads", 12));
    report.add(Map.of("tokens", 512, "ms", 1.5));
    report.add(Map.of("tokens", 1024, "ms", 3));
    Path file = folder.resolve("report.json");
    report.write(file);

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertEquals(BenchmarkReportTest.class.getName(), json.get("benchmark").asText());
    assertTrue(Instant.parse(json.get("date").asText()).isAfter(Instant.now().minusSeconds(60)));
    assertTrue(json.has("revision"));
    JsonNode machine = json.get("machine");
    assertEquals(Runtime.getRuntime().availableProcessors(), machine.get("cores").asInt());
    assertEquals(Runtime.version().toString(), machine.get("jdk").asText());
    assertTrue(
        machine.get("memoryBytes").isNull()
            || machine.get("memoryBytes").asLong() >= Runtime.getRuntime().totalMemory());
    assertEquals(12, json.get("parameters").get("heads").asInt());
    assertEquals(2, json.get("figures").size());
    assertEquals(1.5, json.get("figures").get(0).get("ms").asDouble());
  }
}
