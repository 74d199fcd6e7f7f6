#include "index/index_hash.h"

#include <algorithm>
#include <string_view>

#include "index/inverted_list.h"

namespace kalends {
namespace {

std::uint32_t HashAtPath(Value value, std::string_view path) {
  while (true) {
    if (value.is_array()) return kAnyValueHash;
    const std::size_t dot = path.find('.');
    value = value.Get(path.substr(0, dot));  // Missing where it is no object.
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  return value.is_array() ? kAnyValueHash : IndexHash(value);
}

}  // namespace

std::uint32_t IndexHash(const Value& value) {
  return std::max<std::uint32_t>(static_cast<std::uint32_t>(ListHash(value) >> 32U), kAnyValueHash + 1);
}

void IndexHashesOf(const Value& root, const std::vector<std::string>& paths, std::span<std::uint32_t> out) {
  for (std::size_t i = 0; i < paths.size(); ++i) out[i] = HashAtPath(root, paths[i]);
}

}  // namespace kalends
