package io.curlew.demo.serve;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.demo.index.DocumentSet;
import io.curlew.demo.serve.Answers.AnchorAnswer;
import io.curlew.demo.serve.Answers.AnchorsAnswer;
import io.curlew.demo.serve.Answers.DriftAnswer;
import io.curlew.demo.serve.Answers.IndexAnswer;
import io.curlew.demo.serve.Answers.LimitsAnswer;
import io.curlew.demo.serve.Answers.SegmentAnswer;
import io.curlew.demo.serve.Answers.SizesAnswer;
import io.curlew.lucene.DriftReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentReader;
import org.jspecify.annotations.Nullable;

/** What there is to know of an index without asking the model. */
final class IndexFacts {

  /** In so small an index the exact ranking is made with every search. */
  private static final int SMALL = 2000;

  /** Fewer documents, halved for fitting, say nothing about drift. */
  private static final int LEAST_FOR_DRIFT = 20;

  private static final long SEED = 42;

  private final ServedIndex index;
  private @Nullable List<DriftAnswer> drift; // guarded by this

  IndexFacts(ServedIndex index) {
    this.index = index;
  }

  IndexAnswer answer(Limits limits) throws IOException {
    IndexReader reader = reader();
    AnchorSet anchors = index.anchors();
    boolean asBytes = index.anchors().encoding().isBytes();
    List<SegmentAnswer> segments = segments(reader);
    long rowBytes = (long) anchors.dimension() * (asBytes ? 1 : Float.BYTES);
    return new IndexAnswer(
        index.facts(),
        index.documents(),
        reader.numDeletedDocs(),
        new AnchorsAnswer(
            anchors.size(),
            anchors.dimension(),
            asBytes,
            anchors.fingerprint(),
            anchors.modelFingerprint()),
        index.scorer().fingerprint(),
        org.apache.lucene.util.Version.LATEST.toString(),
        new SizesAnswer(
            segments.stream().mapToLong(SegmentAnswer::bytes).sum(),
            rowBytes * reader.maxDoc(),
            (long) denseDimension(reader) * Float.BYTES * reader.maxDoc()),
        segments,
        new LimitsAnswer(
            limits.queryLength(),
            Math.min(limits.budget(), index.documents()),
            limits.k(),
            Question.METHODS,
            Question.FIRST_STAGES),
        index.documents() <= SMALL);
  }

  /** The anchor queries, in their order. */
  List<AnchorAnswer> anchors() {
    AnchorSet anchors = index.anchors();
    boolean whole = anchors.dimension() == anchors.size();
    List<AnchorAnswer> answers = new ArrayList<>();
    for (int a = 0; a < anchors.size(); a++) {
      answers.add(
          new AnchorAnswer(
              anchors.queries().get(a),
              whole ? anchors.statistics().low()[a] : null,
              whole ? anchors.statistics().high()[a] : null));
    }
    return answers;
  }

  /**
   * How well the anchors explain each segment's documents against all others, or the later half
   * against the earlier where there is one segment; empty if there are too few documents. Made
   * once.
   */
  synchronized List<DriftAnswer> drift() throws IOException {
    if (drift == null) {
      List<DriftAnswer> made = new ArrayList<>();
      List<LeafReaderContext> leaves = reader().leaves();
      if (leaves.size() == 1) {
        int documents = reader().maxDoc();
        add(made, "later half", documents / 2, documents);
      } else {
        for (LeafReaderContext leaf : leaves) {
          add(made, name(leaf), leaf.docBase, leaf.docBase + leaf.reader().maxDoc());
        }
      }
      drift = List.copyOf(made);
    }
    return drift;
  }

  private void add(List<DriftAnswer> to, String part, int from, int end) throws IOException {
    DocumentSet range = DocumentSet.range(from, end);
    int documents = index.searcher().indexSearcher().count(range);
    if (Math.min(documents, index.documents() - documents) < LEAST_FOR_DRIFT
        || index.anchors().size() < 2) {
      return;
    }
    DriftReport report = DriftReport.of(index.searcher(), range, SEED);
    to.add(
        new DriftAnswer(
            part,
            documents,
            report.oldExplained(),
            report.newExplained(),
            report.newSquaredNorm(),
            report.newOutOfRange()));
  }

  private static List<SegmentAnswer> segments(IndexReader reader) throws IOException {
    List<SegmentAnswer> segments = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      long bytes = 0;
      String version = "";
      if (leaf.reader() instanceof SegmentReader segment) {
        SegmentCommitInfo info = segment.getSegmentInfo();
        bytes = info.sizeInBytes();
        version = Objects.toString(info.info.getVersion());
      }
      segments.add(
          new SegmentAnswer(
              name(leaf), leaf.reader().numDocs(), leaf.reader().numDeletedDocs(), bytes, version));
    }
    return segments;
  }

  private static String name(LeafReaderContext leaf) {
    return leaf.reader() instanceof SegmentReader segment
        ? segment.getSegmentName()
        : "segment " + leaf.ord;
  }

  private int denseDimension(IndexReader reader) {
    FieldInfo field = field(reader, index.fields().dense());
    return field == null ? 0 : field.getVectorDimension();
  }

  private static @Nullable FieldInfo field(IndexReader reader, String name) {
    return reader.leaves().stream()
        .map(leaf -> leaf.reader().getFieldInfos().fieldInfo(name))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private IndexReader reader() {
    return index.searcher().indexSearcher().getIndexReader();
  }
}
