#include "query/text_meta.h"

#include "format/errors.h"

namespace kalends {

Result<bool> IsTextScoreMeta(const Value& value, const std::string& where) {
  if (!value.is_object() || value.fields().empty() || value.fields().front().name != "$meta") return false;
  if (value.fields().size() > 1) return InvalidArgument(where, ": $meta stands alone");
  const Value& what = value.fields().front().value;
  if (!what.is_string()) return InvalidArgument(where, ".$meta: expected a string, found ", TypeName(what.type()));
  if (what.as_string() == "textScore") return true;
  if (what.as_string() == "indexKey" || what.as_string().starts_with("search") || what.as_string() == "recordId" ||
      what.as_string() == "randVal" || what.as_string().starts_with("geo") || what.as_string() == "vectorSearchScore")
    return Unsupported(where, ".$meta: ", what.as_string(), " is not supported; there is textScore");
  return InvalidArgument(where, ".$meta: '", what.as_string(), "' is unknown; there is textScore");
}

}  // namespace kalends
