#include "query/update_path.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <tuple>

#include "format/errors.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

std::optional<std::size_t> DigitsOf(std::string_view name) {
  std::size_t index = 0;
  if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc()) return std::nullopt;  // No array is as long.
  return index;
}

Result<UpdatePart> ParsePart(std::string_view name, std::string_view where) {
  if (name.empty()) return InvalidArgument(where, ": a part of the path is empty");
  UpdatePart part;
  part.name = name;
  if (name == "$") {
    part.kind = UpdatePart::Kind::kMatched;
  } else if (name.starts_with("$[")) {
    if (!name.ends_with("]")) return InvalidArgument(where, ": ", ShortName(name), " lacks its closing bracket");
    part.kind = UpdatePart::Kind::kFiltered;
    part.name = name.substr(2, name.size() - 3);
  } else {
    part.index = DigitsOf(name);
  }
  return part;
}

}  // namespace

bool operator<(const UpdatePart& a, const UpdatePart& b) {
  // An index and then the name tell `1` from `01`, which are two fields of an object.
  if (a.index.has_value() && b.index.has_value()) return std::tie(*a.index, a.name) < std::tie(*b.index, b.name);
  if (a.index.has_value() != b.index.has_value()) return a.index.has_value();
  return a.name < b.name;
}

Result<std::vector<UpdatePart>> ParseUpdatePath(std::string_view path, std::string_view where) {
  if (path.find('\0') != std::string_view::npos) return InvalidArgument(where, ": a name cannot hold a zero byte");
  if (std::count(path.begin(), path.end(), '.') >= kNestingDepthMax) {
    return LimitExceeded(where, ": a path has at most ", kNestingDepthMax, " parts");
  }
  std::vector<UpdatePart> parts;
  bool has_matched = false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    KALENDS_TRY(UpdatePart part, ParsePart(path.substr(begin, end - begin), where));
    part.path = path.substr(0, end);
    if (part.kind != UpdatePart::Kind::kName && parts.empty()) {
      return InvalidArgument(where, ": ", ShortName(part.path),
                             " cannot begin a path: it stands for elements of an array");
    }
    if (part.kind == UpdatePart::Kind::kMatched) {
      if (has_matched) return InvalidArgument(where, ": the positional operator $ can stand once in a path");
      has_matched = true;
    }
    parts.push_back(part);
    begin = end + 1;
  }
  return parts;
}

std::string UpdatePlace(std::string_view operation, std::string_view path) {
  return "update." + std::string(operation) + "." + ShortName(path);
}

std::string ShortName(std::string_view name) {
  constexpr std::size_t kBytesMax = 200;
  if (name.size() <= kBytesMax) return std::string(name);
  std::size_t bytes = kBytesMax;
  while ((static_cast<unsigned char>(name[bytes]) & 0xC0U) == 0x80U && bytes > 0) --bytes;  // Within a character.
  return std::string(name.substr(0, bytes)) + "...";
}

}  // namespace kalends
