package io.curlew.solr;

import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.queries.function.FunctionValues;
import org.apache.lucene.queries.function.ValueSource;
import org.apache.lucene.queries.function.docvalues.FloatDocValues;
import org.apache.solr.search.FunctionQParser;
import org.apache.solr.search.SyntaxError;
import org.apache.solr.search.ValueSourceParser;

/** The rival of the rank query: {@code model($text)}, a function that calls the model. */
final class ModelValues extends ValueSource {

  /** For Solr. */
  public static final class Parser extends ValueSourceParser {
    /** For Solr. */
    public Parser() {}

    @Override
    public ValueSource parse(FunctionQParser parser) throws SyntaxError {
      InteractionModel model = CurComponent.of(parser.getReq().getCore()).queryModel();
      return new ModelValues(model, parser.parseArg());
    }
  }

  private final InteractionModel model;
  private final String query;

  private ModelValues(InteractionModel model, String query) {
    this.model = model;
    this.query = query;
  }

  @Override
  public FunctionValues getValues(Map<Object, Object> context, LeafReaderContext leaf)
      throws IOException {
    StoredFields stored = leaf.reader().storedFields();
    return new FloatDocValues(this) {
      @Override
      public float floatVal(int doc) {
        try {
          String text = stored.document(doc, Set.of("text")).get("text");
          return 1 + model.score(List.of(query), List.of(text))[0][0];
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelValues that && query.equals(that.query);
  }

  @Override
  public int hashCode() {
    return Objects.hash(query);
  }

  @Override
  public String description() {
    return "model(" + query + ")";
  }
}
