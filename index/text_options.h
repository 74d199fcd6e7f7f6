#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace kalends {

// What of a document is text, and how it becomes terms.
struct TextOptions {
  std::vector<std::string> fields = {};   // Paths, each with all that is below it; "*": every string.
  std::vector<std::string> exclude = {};  // Paths that are left out, with all that is below them.
  // Paths whose own strings are left out, unless `fields` names them: the id, times, and what an equality index finds
  // whole.
  std::vector<std::string> found_otherwise = {};
  std::string language = "none";  // TextLanguage.

  // Whether terms that were made with this hold all that `other` would make of the same documents, in the same
  // language.
  bool Covers(const TextOptions& other) const {
    return fields == other.fields && exclude == other.exclude &&
           std::all_of(found_otherwise.begin(), found_otherwise.end(), [&other](const std::string& path) {
             return std::find(other.found_otherwise.begin(), other.found_otherwise.end(), path) !=
                    other.found_otherwise.end();
           });
  }

  friend bool operator==(const TextOptions&, const TextOptions&) = default;
};

// Null where a collection has no text.
using TextOptionsPtr = std::shared_ptr<const TextOptions>;

}  // namespace kalends
