#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "index/text_options.h"
#include "kalends/value.h"

namespace kalends {

// Whether a string is one uuid (8-4-4-4-12), or one word of 8 to 128 hexadecimal digits among which are a letter and a
// decimal: such are found whole by an index, and nobody looks for them as words.
bool IsIdentifier(std::string_view text);

// Finds the strings of a document that are its text. Immutable.
class TextFields {
 public:
  explicit TextFields(const TextOptions& options);

  // Calls visit(text) for each, in the order of the document.
  template <class Visit>
  void ForEach(const Value& root, Visit visit) const {
    Walk(root, &root_, root_.is_text, visit);
  }

 private:
  // A part of the paths that were named.
  struct Node {
    std::string name;
    std::vector<Node> children;
    bool is_text = false;      // With all that is below.
    bool is_excluded = false;  // With all that is below.
    bool is_left_out = false;  // Itself alone.

    const Node* Find(std::string_view child) const;
  };

  static Node* Add(Node* root, std::string_view path);

  template <class Visit>
  void Walk(const Value& value, const Node* node, bool is_text, Visit& visit) const {
    if (value.is_string()) {
      const bool is_left_out = !is_text || (node != nullptr && node->is_left_out);
      if (!is_left_out && !IsIdentifier(value.as_string())) visit(value.as_string());
    } else if (value.is_array()) {
      for (const Value& element : value.elements()) Walk(element, node, is_text, visit);
    } else if (value.is_object()) {
      for (const Field& field : value.fields()) {
        const Node* child = node == nullptr ? nullptr : node->Find(field.name);
        if (child == nullptr ? !is_text : child->is_excluded) continue;
        Walk(field.value, child, is_text || child->is_text, visit);
      }
    }
  }

  Node root_;
};

}  // namespace kalends
