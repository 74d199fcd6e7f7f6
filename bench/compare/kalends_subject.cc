#include <optional>

#include "bench/compare/subject.h"
#include "bench/measure.h"
#include "kalends/database.h"

namespace kalends::bench {
namespace {

class Lines : public LineSource {
 public:
  explicit Lines(const std::vector<std::string_view>& lines) : lines_(lines) {}
  Result<bool> Next(std::string_view* line, std::uint64_t* number) override {
    if (next_ == lines_.size()) return false;
    *line = lines_[next_++];
    *number = next_;
    return true;
  }

 private:
  const std::vector<std::string_view>& lines_;
  std::size_t next_ = 0;
};

class KalendsSubject : public Subject {
 public:
  std::string name() const override { return "kalends"; }

  void Create(const std::string& directory) override {
    Close();
    MakeEmpty(directory);
    DatabaseOptions options;
    options.create_if_missing = true;
    options.cache_bytes = std::size_t{1} << 30U;  // As much as SQLite has.
    database_ = Must(Database::Open(directory, options));
    collection_ = Must(database_->CreateCollection("messages", Must(CollectionSpec::Preset("messages"))));
  }

  void Import(const Messages& messages) override {
    Lines lines(messages.lines);
    const ImportReport report = Must(collection_->Import(lines, {}));
    if (report.inserted != messages.lines.size()) Fail("kalends did not insert every line");
    Must(database_->SealAll());
  }

  void Close() override {
    collection_.reset();
    if (database_ != nullptr) Must(database_->Close());
    database_.reset();
  }

  void Insert(std::string_view line) override { Must(collection_->Insert(Must(Document::FromJson(line)))); }
  void Replace(std::string_view id, std::string_view line) override {
    if (!Must(collection_->Replace(Value::String(id), Must(Document::FromJson(line)))))
      Fail("kalends found nothing to replace");
  }
  void Delete(std::string_view id) override {
    if (!Must(collection_->Delete(Value::String(id)))) Fail("kalends found nothing to delete");
  }

  std::string Get(std::string_view id) override {
    const std::optional<Document> document = Must(collection_->Get(Value::String(id)));
    return document ? document->ToJson() : std::string();
  }

  void Newest(TimeRange range, std::size_t limit, std::vector<std::string>* found) override {
    Query query;
    query.time = range;
    query.limit = limit;
    found->clear();
    Cursor cursor = Must(collection_->Find(query));
    Document document;
    while (Must(cursor.Next(&document))) found->push_back(document.ToJson());
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

  std::uint64_t Count(TimeRange range) override {
    Query query;
    query.time = range;
    return Must(collection_->Count(query));
  }

 private:
  std::unique_ptr<Database> database_;
  std::optional<Collection> collection_;
};

}  // namespace

std::unique_ptr<Subject> MakeKalends() { return std::make_unique<KalendsSubject>(); }

}  // namespace kalends::bench
