package io.curlew.lucene;

import io.curlew.cur.SyntheticScores;
import io.curlew.cur.model.InteractionModel;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An interaction model in a process of its own, asked through its standard input and output. */
final class ScoringProcess implements InteractionModel, Closeable {

  private final SyntheticScores scores;
  private final Process process;
  private final DataOutputStream out;
  private final DataInputStream in;

  private ScoringProcess(SyntheticScores scores, Process process) {
    this.scores = scores;
    this.process = process;
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }

  /** Starts the process, with the scores of {@link KilledIndexing}. */
  static ScoringProcess start() throws IOException {
    return new ScoringProcess(
        KilledIndexing.scores(),
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ScoringProcess.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** The process: answers until its input ends. */
  public static void main(String[] args) throws IOException {
    InteractionModel model = KilledIndexing.scores().model(new AtomicInteger());
    DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
    try {
      while (true) {
        for (float[] row : model.score(readTexts(in), readTexts(in))) {
          for (float score : row) {
            out.writeFloat(score);
          }
        }
        out.flush();
      }
    } catch (EOFException e) {
      // nobody asks any more
    }
  }

  private static List<String> readTexts(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(in.readUTF());
    }
    return texts;
  }

  /** Ends the process as SIGKILL does. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public String fingerprint() {
    return scores.model(new AtomicInteger()).fingerprint();
  }

  @Override
  public synchronized float[][] score(List<String> queries, List<String> documents) {
    float[][] result = new float[queries.size()][documents.size()];
    try {
      for (List<String> texts : List.of(queries, documents)) {
        out.writeInt(texts.size());
        for (String text : texts) {
          out.writeUTF(text);
        }
      }
      out.flush();
      for (float[] row : result) {
        for (int d = 0; d < row.length; d++) {
          row[d] = in.readFloat();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the model's process must answer, it has gone", e);
    }
    return result;
  }

  @Override
  public void close() {
    kill();
  }
}
