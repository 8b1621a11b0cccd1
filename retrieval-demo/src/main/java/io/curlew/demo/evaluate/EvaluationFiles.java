package io.curlew.demo.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The figures of an evaluation as JSON and as CSV; every file is whole or not there. */
public final class EvaluationFiles {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMING =
      List.of("method", "name", "measure", "other", "firstStage", "kind", "query", "budget", "k");

  private EvaluationFiles() {}

  public static String json(EvaluationReport report) throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report.json());
  }

  /** One line a figure: section, the item that it is of, its name and its value. */
  public static String csv(EvaluationReport report) throws IOException {
    List<List<String>> lines = new ArrayList<>();
    for (Map.Entry<String, JsonNode> section : JSON.valueToTree(report.json()).properties()) {
      JsonNode node = section.getValue();
      if (node.isArray()) {
        for (int i = 0; i < node.size(); i++) {
          add(lines, section.getKey(), item(node.get(i), i), "", node.get(i));
        }
      } else {
        add(lines, section.getKey(), "", "", node);
      }
    }
    CsvSchema schema =
        CsvSchema.builder()
            .addColumn("section")
            .addColumn("item")
            .addColumn("figure")
            .addColumn("value")
            .build()
            .withHeader();
    return new CsvMapper().writer(schema).writeValueAsString(lines);
  }

  private static String item(JsonNode node, int place) {
    List<String> names = new ArrayList<>();
    for (String field : NAMING) {
      if (node.has(field)) {
        names.add(node.get(field).asText());
      }
    }
    return names.isEmpty() ? String.valueOf(place) : String.join(" ", names);
  }

  private static void add(
      List<List<String>> lines, String section, String item, String figure, JsonNode node) {
    if (node.isValueNode()) {
      if (!NAMING.contains(figure)) {
        lines.add(List.of(section, item, figure, node.asText()));
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        add(lines, section, item, figure + "." + i, node.get(i));
      }
    } else {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        String name = figure.isEmpty() ? field.getKey() : figure + "." + field.getKey();
        add(lines, section, item, name, field.getValue());
      }
    }
  }
}
