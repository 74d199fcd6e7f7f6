#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "index/term_reader.h"
#include "index/text_fields.h"
#include "index/text_options.h"
#include "kalends/status.h"
#include "kalends/value.h"

namespace kalends {

// The terms of documents, as an index keeps them. Not thread-safe.
class DocumentTerms {
 public:
  // kInvalidArgument: there is no such language.
  static Result<DocumentTerms> Make(const TextOptions& options);

  // Appends all of them for a StoredTerms.
  void Append(const Value& root, std::string* stored);

  // Calls visit(term) for each, as often as it occurs.
  template <class Visit>
  void ForEach(const Value& root, Visit visit) {
    fields_.ForEach(root, [&](std::string_view text) {
      reader_.Start(text);
      for (std::string_view term; reader_.Next(&term);) visit(term);
    });
  }

 private:
  DocumentTerms(const TextOptions& options, TextLanguage language) : fields_(options), reader_(std::move(language)) {}

  TextFields fields_;
  TermReader reader_;
};

// The terms of a document with their hashes, in memory: made where there is time, used where there is none.
//   u32 hash (TermIndex::HashOf), u8 length, term; and so on
class StoredTerms {
 public:
  explicit StoredTerms(std::string_view stored) : stored_(stored) {}
  bool Next(std::string_view* term, std::uint32_t* hash);

 private:
  std::string_view stored_;
};

}  // namespace kalends
