#include <optional>

#include "bench/compare/subject.h"
#include "bench/measure.h"
#include "kalends/database.h"
#include "kalends/search.h"

namespace kalends::bench {
namespace {

class Lines : public LineSource {
 public:
  explicit Lines(std::span<const Message> messages) : messages_(messages) {}
  Result<bool> Next(std::string_view* line, std::uint64_t* number) override {
    if (next_ == messages_.size()) return false;
    *line = messages_[next_++].line;
    *number = next_;
    return true;
  }

 private:
  const std::span<const Message> messages_;
  std::size_t next_ = 0;
};

// As an application asks: what a question costs includes the making of its filter.
Query QueryOf(const Question& question) {
  DocumentBuilder filter;
  if (!question.session_id.empty()) filter.Add("sessionId", question.session_id);
  if (!question.user_id.empty()) filter.Add("user_id", question.user_id);
  if (!question.type.empty()) filter.Add("type", question.type);
  if (question.output_tokens_above)
    filter.BeginObject("message.usage.output_tokens").Add("$gt", *question.output_tokens_above).End();
  if (!question.text.empty() && !question.by_score)
    filter.BeginObject("$text").Add("$search", question.text).Add("$all", Value::Bool(question.all_words)).End();
  Query query;
  query.filter = filter.Build();
  if (question.by_cost) query.sort = DocumentBuilder().Add("costUsd", -1).Build();
  query.time = question.time;
  query.skip = question.skip;
  query.limit = question.limit;
  if (!question.by_score) return query;
  SearchQuery search;
  search.text = question.text;
  search.all = question.all_words;
  search.by_score = true;
  search.query = query;
  return search.ToQuery();
}

class KalendsSubject : public Subject {
 public:
  explicit KalendsSubject(bool with_text) : with_text_(with_text) {}
  std::string name() const override { return "kalends"; }

  void Create(const std::string& directory) override {
    Close();
    MakeEmpty(directory);
    OpenDatabase(directory, true);
    CollectionSpec spec = Must(CollectionSpec::Preset("messages"));
    if (!with_text_) spec.text_fields.clear();
    collection_ = Must(database_->CreateCollection("messages", spec));
  }
  void Open(const std::string& directory) override {
    Close();
    OpenDatabase(directory, false);
    collection_ = Must(database_->GetCollection("messages"));
    if (Must(collection_->spec()).text_fields.empty() == with_text_)
      Fail("kalends was filled otherwise: see --no-text");
  }
  void Close() override {
    collection_.reset();
    if (database_ != nullptr) Must(database_->Close());
    database_.reset();
  }

  void Import(std::span<const Message> messages, std::uint32_t commit) override {
    Lines source(messages);
    ImportOptions options;
    options.batch = commit;
    const ImportReport report = Must(collection_->Import(source, options));
    if (report.inserted != messages.size()) Fail("kalends did not insert every line");
  }
  void Insert(const Message& message) override { Must(collection_->Insert(Must(Document::FromJson(message.line)))); }
  void Replace(std::string_view id, const Message& message, const Message& /*before*/) override {
    if (!Must(collection_->Replace(Value::String(id), Must(Document::FromJson(message.line)))))
      Fail("kalends found nothing to replace");
  }
  void Delete(std::string_view id, const Message& /*before*/) override {
    if (!Must(collection_->Delete(Value::String(id)))) Fail("kalends found nothing to delete");
  }
  void Settle() override {
    Must(database_->SealAll());
    Must(database_->Sync());
  }

  std::string Get(std::string_view id) override {
    const std::optional<Document> document = Must(collection_->Get(Value::String(id)));
    return document ? document->ToJson() : std::string();
  }
  void Find(const Question& question, std::vector<std::string>* found) override {
    found->clear();
    Cursor cursor = Must(collection_->Find(QueryOf(question)));
    Document document;
    while (Must(cursor.Next(&document))) found->push_back(document.ToJson());
  }
  std::uint64_t Count(const Question& question) override { return Must(collection_->Count(QueryOf(question))); }
  std::vector<std::string> Models() override {
    std::vector<std::string> models;
    for (const OwnedValue& model : Must(collection_->Distinct("model", {}))) models.emplace_back(model->as_string());
    return models;
  }
  void Scan(bool as_text, const std::function<void(std::string_view text)>& visit) override {
    Query query;
    query.order = Order::kOldestFirst;
    Cursor cursor = Must(collection_->Find(query));
    Document document;
    std::string text;
    while (Must(cursor.Next(&document))) {
      text.clear();
      if (as_text) AppendJson(document.value(), JsonStyle::kRelaxed, &text);
      visit(text);
    }
  }

 private:
  void OpenDatabase(const std::string& directory, bool create) {
    DatabaseOptions options;
    options.create_if_missing = create;
    options.cache_bytes = std::size_t{1} << 30U;  // As much as SQLite has.
    options.on_event = [](const std::string& event) { std::fprintf(stderr, "%s\n", event.c_str()); };
    database_ = Must(Database::Open(directory, options));
  }

  const bool with_text_;
  std::unique_ptr<Database> database_;
  std::optional<Collection> collection_;
};

}  // namespace

std::unique_ptr<Subject> MakeKalends(bool with_text) { return std::make_unique<KalendsSubject>(with_text); }

}  // namespace kalends::bench
