package io.curlew.lucene;

import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.lucene.rows.CodecReaderWithRows;
import io.curlew.lucene.rows.JoinedText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.Sort;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.StringHelper;
import org.apache.lucene.util.Version;
import org.jspecify.annotations.Nullable;

/**
 * An index that exists, copied with anchor rows added: into a new directory, segment by segment,
 * with all fields, postings, doc values, points, vectors, blocks, deletions, the sort, the
 * soft-deletes field, the parent field and the commit's data as they are. The source is only read.
 * Afterwards it is an index like any other, which an {@link AnchorRowWriter} goes on with.
 *
 * <p>The texts that the model reads come from stored fields. A document that is deleted, also
 * softly, or has none of them gets no row. Cost: one model call per anchor query and document, and
 * as much again of disk and time as merging the index; rows lie on disk twice meanwhile.
 *
 * <p>Rows are kept in a working directory as they are made. Ended early, and run again with the
 * same arguments, a copy goes on with them: at most some batches are paid for again.
 */
public final class AnchoredCopy {

  private static final String JOB = "curlew.copy.job";
  private static final String STREAM = "rows";
  private static final String ROWS = "rows-of-segment-";
  private static final Pattern ROWS_OF_A_SEGMENT = Pattern.compile(ROWS + "[0-9a-z]+");

  private final JoinedText text;
  private final @Nullable String id;
  private final List<ComputedField> fields;
  private final IndexingOptions options;

  /**
   * A way to copy.
   *
   * @param texts stored fields with the text of a document, joined by blanks
   * @param id a field that every document must have, stored or as doc value, or null
   * @param fields what is added; their names are new to the index
   * @param options a commit is made for every batch, whatever they say
   */
  public AnchoredCopy(
      List<String> texts,
      @Nullable String id,
      List<ComputedField> fields,
      IndexingOptions options) {
    this.text = new JoinedText(texts);
    this.id = id;
    this.fields = List.copyOf(fields);
    this.options = options.withBatches(options.batch(), options.batch());
  }

  /**
   * What a copy has done.
   *
   * @param documents in the new index
   * @param withRow of them
   * @param calls of the model, those of runs that ended early included
   */
  public record Result(long documents, long withRow, long calls) {}

  /**
   * Checks a source, before any work: reads its stored texts and ids once.
   *
   * @param texts as they are given to a copy
   * @param id likewise
   * @param added names of fields that are to be added
   * @return how many documents have a text
   * @throws IncompatibleIndexException naming the field or the version that does not fit
   */
  public static long check(
      Directory source, List<String> texts, @Nullable String id, List<String> added)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(source)) {
      return check(reader, new JoinedText(texts), id, added);
    }
  }

  private static long check(
      DirectoryReader reader, JoinedText text, @Nullable String id, List<String> added)
      throws IOException {
    int major = createdMajor(reader);
    if (major < Version.LATEST.major - 1 || major > Version.LATEST.major) {
      throw new IncompatibleIndexException(
          "index must have been created by Lucene "
              + (Version.LATEST.major - 1)
              + " or "
              + Version.LATEST.major
              + ", got: "
              + major);
    }
    FieldInfos infos = FieldInfos.getMergedFieldInfos(reader);
    for (String field : added) {
      if (infos.fieldInfo(field) != null) {
        throw new IncompatibleIndexException(
            "field must be new to the index, it is there already: " + field);
      }
    }
    return new StoredFieldsSurvey(text, id).run(reader);
  }

  /**
   * Texts of documents chosen at random, for the choice of anchors: n of them, or all if there are
   * fewer, the same for the same seed and source.
   */
  public static List<String> sampleTexts(Directory source, List<String> texts, int n, long seed)
      throws IOException {
    JoinedText text = new JoinedText(texts);
    List<String> sample = new ArrayList<>();
    try (DirectoryReader reader = DirectoryReader.open(source)) {
      for (int document : LiveTexts.shuffled(reader, seed)) {
        if (sample.size() == n) {
          break;
        }
        String one = text.of(reader.storedFields().document(document, Set.copyOf(texts)));
        if (one != null) {
          sample.add(one);
        }
      }
    }
    return sample;
  }

  private static int createdMajor(DirectoryReader reader) throws IOException {
    return infos(reader).getIndexCreatedVersionMajor();
  }

  private static SegmentInfos infos(DirectoryReader reader) throws IOException {
    IndexCommit commit = reader.getIndexCommit();
    return SegmentInfos.readCommit(commit.getDirectory(), commit.getSegmentsFileName());
  }

  /**
   * Makes the copy.
   *
   * @param source an index; its last commit is copied
   * @param target holds no index, or what an earlier run of this copy has left
   * @param work a directory for rows while they are made; removed in the end if it is empty then
   * @param description data that the new commit is given besides that of the source
   * @throws IncompatibleIndexException as {@link #check}, or if the target holds another index
   */
  public Result run(Directory source, Directory target, Path work, Map<String, String> description)
      throws IOException {
    return run(source, target, work, () -> description);
  }

  /**
   * The same, where the making of the rows tells what is to be said.
   *
   * @param description is asked once all rows are made
   * @throws IncompatibleIndexException likewise
   */
  public Result run(
      Directory source, Directory target, Path work, Supplier<Map<String, String>> description)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(source)) {
      long withRow = check(reader, text, id, names());
      String job = job(StringHelper.idToString(infos(reader).getId()));
      Map<String, String> done = userData(target);
      if (done == null) {
        long calls = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
          calls += computeRows(leaf, work);
        }
        done = new HashMap<>(reader.getIndexCommit().getUserData());
        done.putAll(description.get());
        long before = Long.parseLong(done.getOrDefault(AnchorRowWriter.CALLS, "0"));
        done.put(AnchorRowWriter.CALLS, Long.toString(before + calls));
        done.put(JOB, job);
        write(reader, target, work, done);
      } else if (!job.equals(done.get(JOB))) {
        throw new IncompatibleIndexException("target must hold no index, it holds another one");
      }
      clear(work);
      long calls = Long.parseLong(done.getOrDefault(AnchorRowWriter.CALLS, "0"));
      return new Result(reader.numDocs(), withRow, calls);
    }
  }

  private static @Nullable Map<String, String> userData(Directory target) throws IOException {
    if (!DirectoryReader.indexExists(target)) {
      return null;
    }
    return SegmentInfos.readLatestCommit(target).getUserData();
  }

  /** What runs that go on with each other have in common. */
  private String job(String source) {
    List<String> parts = new ArrayList<>(text.fields());
    for (ComputedField field : fields) {
      parts.add(field.name() + " " + field.fingerprint());
    }
    parts.add(source);
    return String.join("\n", parts);
  }

  private static SegmentReader segment(LeafReaderContext leaf) {
    if (leaf.reader() instanceof SegmentReader reader) {
      return reader;
    }
    throw new IllegalArgumentException("index must give its segments, got: " + leaf.reader());
  }

  /** Which segment it is, whatever has been deleted from it since. */
  private static String id(LeafReaderContext leaf) {
    return StringHelper.idToString(segment(leaf).getSegmentInfo().info.getId());
  }

  private static Path rowsOf(LeafReaderContext leaf, Path work) {
    return work.resolve(ROWS + id(leaf));
  }

  /** Removes rows, also those of segments that the source has merged away meanwhile. */
  private static void clear(Path work) throws IOException {
    if (!Files.isDirectory(work)) {
      return;
    }
    boolean empty = true;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(work)) {
      for (Path file : files) {
        if (ROWS_OF_A_SEGMENT.matcher(file.getFileName().toString()).matches()) {
          IOUtils.rm(file);
        } else {
          empty = false;
        }
      }
    }
    if (empty) {
      Files.delete(work);
    }
  }

  /** Rows of a segment's documents, as an index of as many documents that have nothing else. */
  private long computeRows(LeafReaderContext leaf, Path work) throws IOException {
    Path rows = rowsOf(leaf, work);
    String job = job(id(leaf));
    Files.createDirectories(rows);
    try (Directory directory = FSDirectory.open(rows)) {
      Map<String, String> begun = userData(directory);
      if (begun != null && !job.equals(begun.get(JOB))) {
        throw new IncompatibleIndexException(
            "working directory must be of the same copy, it is of another: " + rows);
      }
      IndexWriterConfig config =
          new IndexWriterConfig()
              .setCodec(CurCodec.flat())
              .setMergePolicy(new LogDocMergePolicy()) // keeps the order of documents
              .setCommitOnClose(false);
      try (IndexWriter writer = new IndexWriter(directory, config);
          AnchorRowWriter adder = AnchorRowWriter.over(writer, fields, options)) {
        if (begun == null) {
          adder.commit(Map.of(JOB, job));
        }
        adder.addStream(STREAM, new LiveTexts(leaf.reader(), text));
        writer.forceMerge(1);
        adder.commit(Map.of());
        return Long.parseLong(adder.userData().getOrDefault(AnchorRowWriter.CALLS, "0"));
      }
    }
  }

  private List<String> names() {
    return fields.stream().map(ComputedField::name).toList();
  }

  /** The fields that are read whole: those of rows. */
  private String[] scanned() {
    return fields.stream()
        .filter(field -> field.callsPerDocument() > 0)
        .map(ComputedField::name)
        .toArray(String[]::new);
  }

  private void write(
      DirectoryReader source, Directory target, Path work, Map<String, String> userData)
      throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(CurCodec.flatFor(scanned()))
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setIndexCreatedVersionMajor(createdMajor(source))
            .setCommitOnClose(false);
    FieldInfos infos = FieldInfos.getMergedFieldInfos(source);
    if (infos.getSoftDeletesField() != null) {
      config.setSoftDeletesField(infos.getSoftDeletesField());
    }
    if (infos.getParentField() != null) {
      config.setParentField(infos.getParentField());
    }
    Sort sort = sort(source);
    if (sort != null) {
      config.setIndexSort(sort);
    }
    try (IndexWriter writer = new IndexWriter(target, config)) {
      for (LeafReaderContext leaf : source.leaves()) {
        if (leaf.reader().numDocs() > 0) {
          try (Directory directory = FSDirectory.open(rowsOf(leaf, work));
              DirectoryReader rows = DirectoryReader.open(directory)) {
            writer.addIndexes(
                new CodecReaderWithRows(segment(leaf), segment(rows.leaves().getFirst())));
          }
        }
      }
      writer.setLiveCommitData(userData.entrySet());
      writer.commit();
    }
  }

  private static @Nullable Sort sort(DirectoryReader source) {
    return source.leaves().isEmpty()
        ? null
        : source.leaves().getFirst().reader().getMetaData().sort();
  }
}
