#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "format/arena.h"
#include "kalends/document.h"
#include "query/update.h"

namespace kalends {

// One update of one document, all as JSON.
struct UpdateCase {
  std::string document;
  std::string update;
  std::vector<std::string> array_filters = {};
  std::optional<std::size_t> matched_index = {};
  bool is_inserting = false;
};

// The document after the update; `unchanged`; or `error: ` and the message.
inline std::string Updated(const UpdateCase& test) {
  std::vector<Document> array_filters;
  for (const std::string& filter : test.array_filters) array_filters.push_back(Document::FromJson(filter).value());
  const OwnedValue document = OwnedValue::FromJson(test.document).value();
  // The update must live on without the text that it was parsed from.
  auto text = std::make_unique<OwnedValue>(OwnedValue::FromJson(test.update).value());
  const auto update = Update::Parse(text->value(), {array_filters, TimeUs{1'700'000'000'123'456}});
  text.reset();
  array_filters.clear();
  if (!update.has_value()) return "error: " + update.error().message();
  Arena arena;
  bool is_modified = false;
  const auto after =
      update.value()->Apply(document.value(), test.matched_index, test.is_inserting, arena, &is_modified);
  if (!after.has_value()) return "error: " + after.error().message();
  return is_modified ? ToJson(*after) : "unchanged";
}

inline std::string Updated(const std::string& document, const std::string& update) {
  return Updated(UpdateCase{.document = document, .update = update});
}

}  // namespace kalends
