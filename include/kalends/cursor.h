#pragma once

#include <memory>
#include <vector>

#include "kalends/document.h"
#include "kalends/status.h"

namespace kalends {

// Walks the documents that a query found, as they were when it was asked: later writes do not show. Holds disk space of
// dropped months until destroyed. Must not outlive the Database. One thread at a time.
class Cursor {
 public:
  class Source {
   public:
    virtual ~Source() = default;
    // False at the end.
    virtual Result<bool> Next(Document* document) = 0;
  };
  explicit Cursor(std::unique_ptr<Source> source) : source_(std::move(source)) {}

  // Sets `document` and returns true; false after the last. After an error every further call returns an error.
  Result<bool> Next(Document* document) { return source_->Next(document); }
  // All that are left.
  Result<std::vector<Document>> ToVector();

 private:
  std::unique_ptr<Source> source_;
};

}  // namespace kalends
