#include "index/text_fields.h"

#include <algorithm>

namespace kalends {
namespace {

bool IsDecimal(char c) { return c >= '0' && c <= '9'; }
bool IsHexLetter(char c) { return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

constexpr std::size_t kUuidBytes = 36;

bool IsUuid(std::string_view text) {
  if (text.size() != kUuidBytes) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !IsDecimal(text[i]) && !IsHexLetter(text[i])) return false;
  }
  return true;
}

}  // namespace

bool IsIdentifier(std::string_view text) {
  constexpr std::size_t kHexMin = 8;
  constexpr std::size_t kHexMax = 128;
  if (text.size() < kHexMin || text.size() > kHexMax) return false;
  if (IsUuid(text)) return true;
  bool has_letter = false;
  bool has_decimal = false;
  for (const char c : text) {
    if (IsDecimal(c)) {
      has_decimal = true;
    } else if (IsHexLetter(c)) {
      has_letter = true;
    } else {
      return false;
    }
  }
  return has_letter && has_decimal;
}

TextFields::TextFields(const TextOptions& options) {
  for (const std::string& path : options.found_otherwise) Add(&root_, path)->is_left_out = true;
  for (const std::string& path : options.fields) {
    Node* node = path == "*" ? &root_ : Add(&root_, path);
    node->is_text = true;
    node->is_left_out = false;
  }
  for (const std::string& path : options.exclude) Add(&root_, path)->is_excluded = true;
}

const TextFields::Node* TextFields::Node::Find(std::string_view child) const {
  const auto found = std::find_if(children.begin(), children.end(), [child](const Node& c) { return c.name == child; });
  return found == children.end() ? nullptr : &*found;
}

TextFields::Node* TextFields::Add(Node* root, std::string_view path) {
  Node* node = root;
  while (true) {
    const std::size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    auto child =
        std::find_if(node->children.begin(), node->children.end(), [name](const Node& c) { return c.name == name; });
    if (child == node->children.end()) {
      node->children.emplace_back().name = name;
      child = node->children.end() - 1;
    }
    node = &*child;
    if (dot == std::string_view::npos) return node;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace kalends
