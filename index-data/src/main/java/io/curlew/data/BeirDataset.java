package io.curlew.data;

import io.curlew.data.eval.Judgements;
import io.curlew.data.file.FirstLines;
import io.curlew.data.file.JsonLine;
import io.curlew.data.file.LineReader;
import io.curlew.data.file.MalformedDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory in the layout of the BEIR benchmark: {@code corpus.jsonl} ({@code _id}, {@code
 * title}, {@code text}), {@code queries.jsonl} ({@code _id}, {@code text}) and {@code
 * qrels/test.tsv}, and {@code qrels/train.tsv} where there is one. All but the corpus may be
 * absent: that is enough for indexing. The corpus is streamed, queries and judgements are held in
 * memory. Blank lines are skipped, unknown fields ignored; anything else that breaks the format is
 * a {@link MalformedDataException} with file and line.
 */
public final class BeirDataset implements Dataset {
  private final Path directory;
  private final @Nullable List<TextQuery> queries;
  private final @Nullable Judgements judgements;
  private final @Nullable Judgements trainJudgements;

  private BeirDataset(
      Path directory,
      @Nullable List<TextQuery> queries,
      @Nullable Judgements judgements,
      @Nullable Judgements trainJudgements) {
    this.directory = directory;
    this.queries = queries;
    this.judgements = judgements;
    this.trainJudgements = trainJudgements;
  }

  /**
   * Opens a directory: reads queries and judgements, where they are, and the first document. The
   * other documents are checked as they are read.
   *
   * @throws MalformedDataException if there is no corpus, the corpus holds no document, or a line
   *     read breaks the format
   */
  public static BeirDataset open(Path directory) throws IOException {
    BeirDataset dataset = openQueries(directory);
    try (DocumentReader documents = dataset.openDocuments()) {
      documents.next();
    }
    return dataset;
  }

  /**
   * Opens a directory for its queries and judgements: the corpus is not looked at, and need not be
   * there.
   *
   * @throws MalformedDataException if it is no directory, or a line breaks the format
   */
  public static BeirDataset openQueries(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw MalformedDataException.in(
          directory,
          "data set must be a directory",
          Files.exists(directory) ? "a file" : "no such directory");
    }
    Path queries = queriesFile(directory);
    Path judgements = judgementsFile(directory);
    Path train = directory.resolve("qrels").resolve("train.tsv");
    return new BeirDataset(
        directory,
        Files.exists(queries) ? readQueries(queries) : null,
        Files.exists(judgements) ? Judgements.readBeir(judgements) : null,
        Files.exists(train) ? Judgements.readBeir(train) : null);
  }

  private static List<TextQuery> readQueries(Path file) throws IOException {
    List<TextQuery> queries = new ArrayList<>();
    FirstLines ids = new FirstLines();
    try (LineReader lines = LineReader.open(file)) {
      for (@Nullable String line = lines.next(); line != null; line = lines.next()) {
        JsonLine json = JsonLine.parse(line, lines);
        String id = json.id();
        ids.add(id, lines);
        String text = json.required("text");
        if (text.isBlank()) {
          throw lines.malformed("text of a query must not be blank", "\"" + text + "\"");
        }
        queries.add(new TextQuery(id, text));
      }
    }
    return Collections.unmodifiableList(queries);
  }

  /** The name of the directory. */
  @Override
  public String name() {
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return name == null ? directory.toString() : name.toString();
  }

  @Override
  public DocumentReader openDocuments() throws IOException {
    return BeirCorpusReader.open(corpusFile(directory));
  }

  /**
   * All queries, judged or not, in file order.
   *
   * @throws MalformedDataException if there is no {@code queries.jsonl}
   */
  public List<TextQuery> queries() throws MalformedDataException {
    return required(queries, queriesFile(directory));
  }

  @Override
  public List<String> anchorQueryCandidates() {
    if (queries == null) {
      return List.of();
    }
    return AnchorCandidates.texts(select(queries, false), select(queries, true));
  }

  @Override
  public List<TextQuery> testQueries() throws MalformedDataException {
    judgements();
    return select(queries(), true);
  }

  /**
   * The queries of {@code qrels/train.tsv} that are not judged for the test and do not say the same
   * as one that is; or none.
   */
  @Override
  public List<TextQuery> trainQueries() {
    Set<String> ids = trainJudgements().queries();
    if (queries == null) {
      return List.of();
    }
    List<TextQuery> train =
        select(queries, false).stream().filter(query -> ids.contains(query.id())).toList();
    return AnchorCandidates.unlike(select(queries, true), train);
  }

  /** The judgements of {@code qrels/train.tsv}, if it is there. */
  @Override
  public Judgements trainJudgements() {
    return trainJudgements == null ? Judgements.of(Map.of()) : trainJudgements;
  }

  @Override
  public Judgements judgements() throws MalformedDataException {
    return required(judgements, judgementsFile(directory));
  }

  private List<TextQuery> select(List<TextQuery> from, boolean judged) {
    Set<String> ids = judgements == null ? Set.of() : judgements.queries();
    return from.stream().filter(query -> ids.contains(query.id()) == judged).toList();
  }

  private static <T> T required(@Nullable T part, Path file) throws MalformedDataException {
    if (part == null) {
      throw MalformedDataException.in(file, "file must exist to evaluate", "no such file");
    }
    return part;
  }

  private static Path corpusFile(Path directory) {
    return directory.resolve("corpus.jsonl");
  }

  private static Path queriesFile(Path directory) {
    return directory.resolve("queries.jsonl");
  }

  private static Path judgementsFile(Path directory) {
    return directory.resolve("qrels").resolve("test.tsv");
  }
}
