#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/preparing.h"
#include "format/json_reader.h"
#include "kalends/import.h"

namespace kalends {

// The lines of one commit of an import, and what becomes of each.
struct ImportBatch {
  struct Line {
    std::size_t begin = 0;  // Into text.
    std::size_t bytes = 0;
    std::uint64_t number = 0;
  };
  enum class Outcome : std::uint8_t { kInserted, kReplaced, kDuplicate, kConflict, kRejected };
  struct Item {
    Value root;
    Candidate candidate;
    IdHash content;             // Of a document without an id: the hash of its content,
    std::uint32_t ordinal = 0;  // and how many equal ones came before it in this import.
    bool needs_id = false;
    bool untimed = false;
    Outcome outcome = Outcome::kInserted;
    std::optional<Error> error;  // Why it was rejected.
  };
  std::uint64_t sequence = 0;
  std::string text;
  std::vector<Line> lines;
  std::uint64_t bytes = 0;
  bool is_last = false;  // Nothing after it is imported.

  std::shared_ptr<Arena> arena = std::make_shared<Arena>();
  std::vector<Item> items;  // One a line.
  WriteRequest request;

  // Ready for other lines, in the same memory.
  void Clear() {
    sequence = 0;
    text.clear();
    lines.clear();
    bytes = 0;
    is_last = false;
    items.clear();
    arena->Reset();
  }
};

// Parses and resolves batches; one a thread.
class ImportWorker {
 public:
  ImportWorker(DatabaseImpl& database, std::shared_ptr<CollectionState> collection, const ImportOptions& options);

  // Reads the JSON of all lines. With OnError::kStop a bad line ends the batch and the import.
  void Parse(ImportBatch* batch);
  // Decides every line's outcome against a new view and encodes the request. An error is the database's, not a line's.
  Status Prepare(ImportBatch* batch);

 private:
  Status Examine(ImportBatch* batch);
  Status Resolve(ImportBatch* batch);
  void Reject(ImportBatch* batch, std::size_t item, Error error);

  const ImportOptions& options_;
  Preparer preparer_;
  JsonReader reader_;
};

}  // namespace kalends
