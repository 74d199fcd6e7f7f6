#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/cursor.h"
#include "kalends/document.h"
#include "kalends/import.h"
#include "kalends/options.h"
#include "kalends/query.h"
#include "kalends/search.h"
#include "kalends/spec.h"
#include "kalends/status.h"

namespace kalends {

class DatabaseImpl;
struct CollectionState;

// A page of a query and the number of all documents that match, from one view.
struct Page {
  std::vector<Document> documents;
  std::uint64_t total = 0;
  // For Query::after. Empty when nothing follows, and for a limit of 0. Rows are never lost or repeated between pages,
  // whatever is written or dropped meanwhile: what was there all the time is met once.
  std::string next;
};

enum class ExplainedCall : std::uint8_t { kFind, kCount };

struct UpdateOptions {
  bool many = false;    // All that match, not only the first.
  bool upsert = false;  // Where none matches, insert what the filter's equalities and the update make.
  std::vector<Document> array_filters = {};  // Of `$[name]`: {"name": ...} or {"name.field": ...}.
  WriteOptions write = {};
};

struct UpdateReport {
  std::uint64_t matched = 0;
  std::uint64_t modified = 0;  // Of these, changed.
  std::uint64_t moved = 0;     // Of these, to another month.
  std::optional<OwnedValue> upserted_id;
};

struct FieldType {
  std::string type;  // MongoDB's alias.
  // How many documents; nullopt: some, the number is not known.
  std::optional<std::uint64_t> documents;
};

// What the documents of a collection have at one dotted path.
struct FieldSummary {
  std::string path;
  std::uint64_t documents = 0;  // That have something there, null too.
  // False: `documents` may be too large, as the field is rare in some segment: documents deleted since that was built
  // are counted (until Compact), or those with an array on the way.
  bool is_exact = true;
  double share = 0;              // Of all documents.
  std::vector<FieldType> types;  // In the order of Type.
  // Extremes in the order of all values, of bools, numbers, dates, ObjectIds and strings. nullopt: there are none, or
  // it is not known: strings that are long or come once each, and fields that are rare in some segment, are not read.
  std::optional<OwnedValue> min;
  std::optional<OwnedValue> max;
  // Different values among these and null; 1 and 1.0 are one. nullopt: not known, for the same reasons, or more than
  // kFieldDistinctMax.
  std::optional<std::uint64_t> distinct;
};
inline constexpr std::uint64_t kFieldDistinctMax = 10'000;

struct FieldsReport {
  std::uint64_t documents = 0;
  std::vector<FieldSummary> fields;  // Sorted by path. Of an array only that it is one: not what is in it.
  // False: there are more fields. Rare ones are not all known where documents have very many different ones, and no
  // path leads to names that are empty or hold a dot.
  bool is_complete = true;
};

// A named set of documents, each with a time, kept in one partition per calendar month (UTC). A handle: copies name the
// same collection. Safe for any number of threads. Must not outlive its Database. After the collection was dropped
// every call returns kNotFound.
//
// Every write is one commit: after a crash it is there whole, or not at all, over all months; a reader sees all of it
// or none.
class Collection {
 public:
  Collection(DatabaseImpl* database, std::shared_ptr<CollectionState> state);

  const std::string& name() const;
  Result<CollectionSpec> spec() const;

  // Stores a document and returns its id: the value of the id field, or a made UUID (a string, UUIDv7) where there is
  // none. kAlreadyExists when a document with that id is there, in any month; kInvalidArgument for a document without
  // time (unless the spec allows it) or outside the months allowed.
  Result<OwnedValue> Insert(const Document& document, const WriteOptions& options = {});

  // Stores all or none; the error names the position of the first document that cannot be stored, from 0. Returns the
  // ids in order.
  Result<std::vector<OwnedValue>> InsertMany(std::span<const Document> documents, const WriteOptions& options = {});

  // Puts `document` in the place of the one with this id, moving it to another month where its time says so. False when
  // there is none. kInvalidArgument when `document` has another id.
  Result<bool> Replace(const Value& id, const Document& document, const WriteOptions& options = {});

  // False when there is none.
  Result<bool> Delete(const Value& id, const WriteOptions& options = {});
  // Deletes what the query finds (order, skip and limit are heeded); returns how many. In commits of up to 10,000
  // documents; a document deleted by someone else meanwhile is not counted.
  Result<std::uint64_t> DeleteMany(const Query& query, const WriteOptions& options = {});

  // Changes what the query finds (skip, limit, order and sort are heeded) by MongoDB's update operators, or puts a
  // replacement document in the place of the first; docs/query-language.md lists them. In commits of up to 10,000
  // documents and some 16 MiB, each document whole or not at all; a document whose time changes moves to its month in
  // the same commit. An upsert inserts what the filter's equalities and the update make, and counts nothing as matched.
  // Errors: kInvalidArgument (an operator, a path, a wrong type, an id that would change), kLimitExceeded (a document
  // grows too large), kAlreadyExists (an upsert whose id is held by a document that the filter excludes), kBusy (other
  // writers were always faster), kDeadlineExceeded, kCancelled. Those of one document name it. What was committed
  // before stays: `report`, where given, tells what was done, also then.
  Result<UpdateReport> Update(const Query& query, const Document& update, const UpdateOptions& options = {},
                              UpdateReport* report = nullptr);

  // The document with this id. Ids compare by MongoDB's equality: 1 and 1.0 are one id.
  Result<std::optional<Document>> Get(const Value& id) const;

  // One consistent view over all months.
  Result<Cursor> Find(const Query& query) const;
  // A page in memory, and the number of all that match, which costs a Count for every page. A limit of 0 asks for the
  // number alone.
  Result<Page> FindPage(const Query& query) const;
  // All that match: skip, limit and order do not matter.
  Result<std::uint64_t> Count(const Query& query) const;
  // The different values at a dotted path in what the query finds, elements of arrays one by one, in MongoDB's order of
  // values; 1 and 1.0 are one. kLimitExceeded past 64 MiB of them.
  Result<std::vector<OwnedValue>> Distinct(std::string_view path, const Query& query) const;
  // The documents whose text has what is searched for; the same as Find(search.ToQuery()). What is not sealed yet is
  // found too. kInvalidArgument where the collection has no text.
  Result<Cursor> Search(const SearchQuery& search) const { return Find(search.ToQuery()); }
  // Why the search found a document, to be shown beside it; nullopt where nothing in its text tells, such as after a
  // projection. Reads nothing.
  Result<std::optional<Snippet>> MakeSnippet(const SearchQuery& search, const Document& document) const;
  // What fields the documents have, from one view. Read from columns, and from rows only where segments are small or
  // not sealed.
  Result<FieldsReport> Fields(const CallOptions& call = {}) const;
  // Answers the query to its end, as Find or Count would, and tells how: what decided where to look, the partitions
  // that were looked into, rows and time per step (docs/query-language.md).
  Result<Document> Explain(const Query& query, ExplainedCall call = ExplainedCall::kFind) const;

  // Reads lines, parses and encodes them on several threads, and commits them in order, options.batch lines a commit.
  // An error of the source or of the database ends it; `report`, where given, tells what was done before, also then.
  Result<ImportReport> Import(LineSource& source, const ImportOptions& options, ImportReport* report = nullptr);

 private:
  friend class BatchWriter;
  void Tell(const std::string& event) const;  // To DatabaseOptions::on_event.

  DatabaseImpl* database_;
  std::shared_ptr<CollectionState> state_;
};

// Collects documents and stores them in batches: when `documents_max` or `bytes_max` are reached, when the oldest has
// waited `delay`, at Flush and in the destructor. Safe for several threads. An error of a batch in the background is
// returned by the next Add or Flush, once; the batch it names was not stored.
struct BatchWriterOptions {
  std::size_t documents_max = 1000;
  std::size_t bytes_max = std::size_t{4} << 20U;
  std::chrono::milliseconds delay{100};
  WriteOptions write;
};
class BatchWriter {
 public:
  BatchWriter(Collection collection, const BatchWriterOptions& options);
  ~BatchWriter();  // Flushes; an error then is told to DatabaseOptions::on_event.
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;
  Status Add(Document document);
  // Stores all that was added before; waits for it.
  Status Flush();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kalends
