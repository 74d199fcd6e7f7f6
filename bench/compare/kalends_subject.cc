#include <optional>

#include "bench/compare/subject.h"
#include "bench/measure.h"
#include "kalends/database.h"

namespace kalends::bench {
namespace {

class Lines : public LineSource {
 public:
  explicit Lines(std::span<const std::string_view> lines) : lines_(lines) {}
  Result<bool> Next(std::string_view* line, std::uint64_t* number) override {
    if (next_ == lines_.size()) return false;
    *line = lines_[next_++];
    *number = next_;
    return true;
  }

 private:
  const std::span<const std::string_view> lines_;
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
  Query query;
  query.filter = filter.Build();
  if (question.by_cost) query.sort = DocumentBuilder().Add("costUsd", -1).Build();
  query.time = question.time;
  query.skip = question.skip;
  query.limit = question.limit;
  return query;
}

class KalendsSubject : public Subject {
 public:
  std::string name() const override { return "kalends"; }

  void Create(const std::string& directory) override {
    Close();
    MakeEmpty(directory);
    OpenDatabase(directory, true);
    collection_ = Must(database_->CreateCollection("messages", Must(CollectionSpec::Preset("messages"))));
  }
  void Open(const std::string& directory) override {
    Close();
    OpenDatabase(directory, false);
    collection_ = Must(database_->GetCollection("messages"));
  }
  void Close() override {
    collection_.reset();
    if (database_ != nullptr) Must(database_->Close());
    database_.reset();
  }

  void Import(std::span<const std::string_view> lines, std::uint32_t commit) override {
    Lines source(lines);
    ImportOptions options;
    options.batch = commit;
    const ImportReport report = Must(collection_->Import(source, options));
    if (report.inserted != lines.size()) Fail("kalends did not insert every line");
  }
  void Insert(std::string_view line) override { Must(collection_->Insert(Must(Document::FromJson(line)))); }
  void Replace(std::string_view id, std::string_view line) override {
    if (!Must(collection_->Replace(Value::String(id), Must(Document::FromJson(line)))))
      Fail("kalends found nothing to replace");
  }
  void Delete(std::string_view id) override {
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

  std::unique_ptr<Database> database_;
  std::optional<Collection> collection_;
};

}  // namespace

std::unique_ptr<Subject> MakeKalends() { return std::make_unique<KalendsSubject>(); }

}  // namespace kalends::bench
