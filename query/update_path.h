#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/status.h"

namespace kalends {

// One part of the dotted path of an update.
struct UpdatePart {
  enum class Kind : std::uint8_t {
    kName,      // A field, or an element by its index.
    kMatched,   // `$`: the element that met the filter.
    kFiltered,  // `$[name]`: the elements that meet the array filter of that name; `$[]`, with no name: all.
  };

  Kind kind = Kind::kName;
  std::string_view name;
  std::optional<std::size_t> index;  // Of a name that has digits only: in an array, `01` is the element 1.
  std::string_view path;             // The whole path up to here.

  // The order in which an update handles fields, and adds them: numbers by their value, then names by their bytes.
  friend bool operator<(const UpdatePart& a, const UpdatePart& b);
};

// The parts of `path`, which they point into. Errors begin with `where`: an empty part, a place where `$` or `$[name]`
// cannot stand, more parts than documents can nest.
Result<std::vector<UpdatePart>> ParseUpdatePath(std::string_view path, std::string_view where);

// `update.$set.a.b`; of a very long path the head alone.
std::string UpdatePlace(std::string_view operation, std::string_view path);

// A path or a name as a message shows it: of a very long one the head alone.
std::string ShortName(std::string_view name);

}  // namespace kalends
