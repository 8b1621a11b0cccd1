package io.curlew.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A BEIR directory of 64 short documents, with two judged queries and one that is not. */
public final class SmallDataset {

  public static final int DOCUMENTS = 64;

  private static final List<String> WORDS =
      List.of("river", "stone", "music", "engine", "garden", "winter", "paper", "harbour");

  private SmallDataset() {}

  /** Writes it to a directory, which is returned. */
  public static Path write(Path data) throws IOException {
    return write(data, DOCUMENTS);
  }

  /** The same of another size. */
  public static Path write(Path data, int documents) throws IOException {
    Files.createDirectories(data.resolve("qrels"));
    StringBuilder corpus = new StringBuilder();
    for (int d = 0; d < documents; d++) {
      corpus.append(
          String.format(
              Locale.ROOT,
              "{\"_id\": \"d%d\", \"title\": \"%s\", \"text\": \"about the %s of the year %d\"}%n",
              d,
              WORDS.get(d % 8),
              WORDS.get(d / 8 % 8),
              1900 + d));
    }
    Files.writeString(data.resolve("corpus.jsonl"), corpus);
    Files.writeString(
        data.resolve("queries.jsonl"),
        """
        {"_id": "q1", "text": "stone garden in winter"}
        {"_id": "q2", "text": "music at the harbour"}
        {"_id": "q3", "text": "an engine by the river"}
        """);
    Files.writeString(
        data.resolve("qrels/test.tsv"),
        "query-id\tcorpus-id\tscore\nq1\td33\t1\nq2\td23\t1\nq2\tgone\t1\n");
    return data;
  }
}
