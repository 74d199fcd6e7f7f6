#include <algorithm>

#include "format/errors.h"
#include "kalends/limits.h"
#include "kalends/spec.h"

namespace kalends {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsInName(char c) { return IsLetter(c) || IsDigit(c) || c == '_' || c == '-'; }

// `_YYYY_MM`, with any digits: the name of a month of another collection.
bool EndsAsMonth(std::string_view name) {
  constexpr std::string_view kShape = "_0000_00";
  if (name.size() < kShape.size()) return false;
  const std::string_view end = name.substr(name.size() - kShape.size());
  return std::equal(end.begin(), end.end(), kShape.begin(),
                    [](char c, char shape) { return shape == '0' ? IsDigit(c) : c == shape; });
}

}  // namespace

Status ValidateCollectionName(std::string_view name) {
  if (name.empty()) return InvalidArgument("a collection needs a name");
  if (name.size() > kCollectionNameBytesMax) {
    return InvalidArgument("the collection name has ", name.size(), " bytes; at most ", kCollectionNameBytesMax,
                           " are allowed");
  }
  if (!IsLetter(name.front()) || !std::all_of(name.begin(), name.end(), IsInName)) {
    return InvalidArgument("the collection name '", name,
                           "' must begin with a letter A-Z or a-z and hold letters, digits, '_' and '-' alone");
  }
  if (EndsAsMonth(name)) {
    return InvalidArgument("the collection name '", name, "' ends like a month (_YYYY_MM), as partitions are named");
  }
  if (name == "catalog" || name == "default") {
    return InvalidArgument("the collection name '", name, "' is taken by the database itself");
  }
  return {};
}

}  // namespace kalends
