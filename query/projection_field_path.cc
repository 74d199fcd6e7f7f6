#include "query/projection_field_path.h"

#include <cstddef>

#include "format/errors.h"
#include "kalends/limits.h"

namespace kalends {

bool IsReferencePart(std::string_view part) { return part == "$ref" || part == "$id" || part == "$db"; }

Status CheckFieldPath(std::string_view path, std::string_view where) {
  if (path.find('\0') != std::string_view::npos) return InvalidArgument(where, ": a name cannot hold a zero byte");
  int parts = 0;
  for (std::size_t begin = 0;;) {
    const std::size_t dot = path.find('.', begin);
    const std::string_view part = path.substr(begin, dot == std::string_view::npos ? dot : dot - begin);
    if (part.empty()) return InvalidArgument(where, ": a part of the path is empty");
    if (part.front() == '$' && !IsReferencePart(part)) {
      return InvalidArgument(where, ": ", part, " begins with $, which no name of a field does");
    }
    if (++parts > kNestingDepthMax) {
      return LimitExceeded(where.substr(0, where.find('.')), ": a path has at most ", kNestingDepthMax, " parts");
    }
    if (dot == std::string_view::npos) return {};
    begin = dot + 1;
  }
}

}  // namespace kalends
