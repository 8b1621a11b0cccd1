package io.curlew.demo;

import io.curlew.cur.anchor.AnchorSelection;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.index.AnchorChoice;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.DocumentReading;
import io.curlew.demo.index.IndexFields;
import io.curlew.demo.index.Indexing;
import io.curlew.demo.index.LuceneIndexing;
import io.curlew.demo.index.Models;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew index}. */
@Command(
    name = "index",
    description = {
      "Indexes a data set: text, dense vectors and scores against anchor queries.",
      "Or adds vectors and scores to a copy of an index of Lucene, with all else as it is."
    },
    footer = {
      "",
      "Examples:",
      "  curlew index --dataset wordnet --documents 5000 --index target/wordnet",
      "  curlew index --dataset ~/beir/scifact --index target/scifact --dimensions 128",
      "  curlew index --dataset ~/beir/scifact --index target/scifact --store-tokens",
      "  curlew index --dataset DIR --index INDEX --max-tokens 256 --passages",
      "  curlew index --dataset more --index target/scifact --append",
      "  curlew index --from-lucene shop/index --text title,body --id sku --index target/shop"
    })
final class IndexCommand implements Callable<Integer> {

  @Option(names = "--dataset", description = "A BEIR directory, or wordnet.")
  private @Nullable String dataset;

  @Option(
      names = "--from-lucene",
      description = "An index of Lucene that is there, instead of a data set; it is only read.")
  private @Nullable Path fromLucene;

  @Option(
      names = "--text",
      split = ",",
      description = "Of --from-lucene: stored and indexed fields that the model reads.")
  private List<String> text = List.of();

  @Option(
      names = "--id",
      description = "Of --from-lucene: the field of ids; without one, the numbers of documents.")
  private @Nullable String id;

  @Option(
      names = "--analyzer",
      description =
          "Of --from-lucene: what the texts were indexed with, standard, english or whitespace;"
              + " ${DEFAULT-VALUE}.")
  private String analyzer = "standard";

  @Option(names = "--index", required = true, description = "The index directory.")
  private Path index = Path.of("");

  @Option(names = "--documents", description = "Of wordnet: how many, or all; ${DEFAULT-VALUE}.")
  private String documents = Datasets.DEFAULT_DOCUMENTS;

  @Option(names = "--anchors", description = "How many anchor queries; ${DEFAULT-VALUE}.")
  private int anchors = 400;

  @Option(
      names = "--anchor-selection",
      description =
          "How anchor queries are chosen among candidates: ${COMPLETION-CANDIDATES};"
              + " ${DEFAULT-VALUE}.",
      completionCandidates = Selections.class)
  private String selection = AnchorSelection.UNIFORM.label();

  private static final class Selections implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return AnchorSelection.labels().iterator();
    }
  }

  @Option(names = "--anchor-queries", description = "A file of anchor queries, one per line.")
  private @Nullable Path anchorQueries;

  @Option(
      names = "--model",
      description =
          "late-interaction, cross-encoder, the path of an export, or the address and model of a"
              + " re-ranker, https://HOST/v1/rerank#MODEL, whose token is in CURLEW_TOKEN;"
              + " ${DEFAULT-VALUE}.")
  private String model = Models.LATE_INTERACTION;

  @Option(
      names = "--anchor-model",
      description =
          "The model of the anchor scores: late-interaction, which reads each document once, or"
              + " --model, at a call for each anchor and document; ${DEFAULT-VALUE}.")
  private String anchorModel = Models.LATE_INTERACTION;

  @Option(
      names = "--dimensions",
      description = "Store anchor rows projected to so many dimensions; all by default.")
  private int dimensions = AnchorChoice.WHOLE;

  @Option(
      names = "--bytes-per-document",
      description = "Store anchor rows quantised to so many bytes each, such as 64.")
  private int rowBytes = AnchorChoice.WHOLE;

  @Option(
      names = "--bytes",
      negatable = true,
      description = "Store anchor rows as bytes, a quarter of floats' size; done unless negated.")
  private @Nullable Boolean bytes;

  @Option(
      names = "--store-tokens",
      description =
          "Store the token vectors of documents too, 1.5 KB a token: a call of late interaction"
              + " then takes microseconds and encodes nothing but the query.")
  private boolean tokens;

  @Option(
      names = "--max-tokens",
      description =
          "Late interaction cuts documents at so many tokens, at most 512, or 8192 by Nystrom"
              + " attention; by default 128, or 4096 by Nystrom attention.")
  private @Nullable Integer maxTokens;

  @Option(
      names = "--passages",
      description =
          "Read long documents whole, as overlapping passages of half as many words as"
              + " --max-tokens: a document scores as its best passage. Takes as long as its"
              + " passages.")
  private boolean passages;

  @Option(names = "--cache", description = "Keep the anchor model's scores in this file.")
  private @Nullable Path cache;

  @Option(names = "--seed", description = "Of every random choice; ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Option(
      names = "--attention",
      description =
          "How texts of more than 512 tokens are read by late interaction: exact, not at all;"
              + " nystrom, in time linear in their length; or a file of curlew distill;"
              + " exact.")
  private @Nullable String attention;

  @Option(
      names = "--append",
      description = "Add to the index that is there, with its anchors; same ids are replaced.")
  private boolean append;

  @Override
  public Integer call() throws Exception {
    if (!AnchorSelection.labels().contains(selection)) {
      throw new BadInputException(
          "--anchor-selection must be one of " + AnchorSelection.labels() + ", got: " + selection);
    }
    if (tokens && (!model.equals(Models.LATE_INTERACTION) || cache != null)) {
      throw new BadInputException(
          "--store-tokens must be given with --model late-interaction and without --cache, got: "
              + (cache == null ? "--model " + model : "--cache " + cache));
    }
    if ((dataset == null) == (fromLucene == null)) {
      throw new BadInputException("--dataset or --from-lucene must be given, and not both");
    }
    if (append && (maxTokens != null || passages || attention != null)) {
      throw new BadInputException(
          "--max-tokens, --passages and --attention must be given without --append: documents are"
              + " read as the index's are");
    }
    DocumentReading reading = DocumentReading.of(maxTokens, passages, attention);
    if (fromLucene != null) {
      if (append) {
        throw new BadInputException("--append must be given with --dataset, got: --from-lucene");
      }
      fromLucene(fromLucene, reading).create();
      return 0;
    }
    if (!text.isEmpty() || id != null) {
      throw new BadInputException("--text and --id must be given with --from-lucene");
    }
    Indexing indexing =
        new Indexing(
            Objects.requireNonNull(dataset),
            documents,
            index,
            anchors,
            AnchorSelection.named(selection),
            anchorQueries,
            model,
            anchorModel,
            dimensions,
            rowBytes,
            bytes,
            cache,
            tokens,
            reading,
            seed);
    if (append) {
      indexing.append();
    } else {
      indexing.create();
    }
    return 0;
  }

  private LuceneIndexing fromLucene(Path source, DocumentReading reading) {
    IndexFields fields = IndexFields.ofExisting(id, text, analyzer);
    return new LuceneIndexing(
        source,
        tokens ? fields.withTokens() : fields,
        index,
        new AnchorChoice(
            anchors,
            AnchorSelection.named(selection),
            anchorQueries,
            seed,
            dimensions,
            rowBytes,
            bytes),
        model,
        anchorModel,
        cache,
        reading);
  }
}
