#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "engine/partition_reader.h"
#include "format/key_dictionary.h"
#include "kalends/cursor.h"
#include "query/find.h"
#include "query/projection.h"

namespace kalends {

// What a document that was read needs as long as it lives: the arena of its values, the names of its fields, and the
// projection, whose constants it may show.
struct DocumentMemory {
  std::shared_ptr<Arena> arena;
  std::vector<std::shared_ptr<KeyDictionary>> keys;
  std::shared_ptr<const Projection> projection;

  void Hold(const std::shared_ptr<KeyDictionary>& dictionary) {
    if (keys.empty() || keys.back() != dictionary) keys.push_back(dictionary);
  }
};

// The documents that a plan finds. They share the memory of their batch; one that is kept keeps its batch.
class FindSource : public Cursor::Source {
 public:
  // `executor` walks what `plan` asks for. Without projection (null) documents are shown as they are.
  FindSource(FindExecutor executor, FindPlan plan, std::shared_ptr<const Projection> projection)
      : plan_(std::move(plan)), projection_(std::move(projection)), executor_(std::move(executor)) {}

  Result<bool> Next(Document* document) override;
  // Of the document before, for a page token.
  Result<PagePosition> Position() const;

 private:
  Result<bool> NextRow();
  Result<Document> Show(StoredRow row) const;

  FindPlan plan_;
  std::shared_ptr<const Projection> projection_;
  FindExecutor executor_;
  FindExecutor::Batch batch_;
  std::shared_ptr<DocumentMemory> memory_;
  std::size_t at_ = 0;  // The next one of the batch.
  std::optional<Error> failed_;
};

}  // namespace kalends
