#pragma once

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

// A naive model of updates: one operator after the other, in the order of paths, on a tree of its own.
namespace kalends::update_model {

struct Member;

struct Tree {
  enum Kind { kNull, kNumber, kText, kObject, kArray };  // In the order in which they compare.
  Kind kind = kNull;
  int number = 0;
  std::string text;
  std::vector<Member> fields;

  std::string Json() const;
};

struct Member {
  std::string name;  // Empty in an array.
  Tree value;
};

inline std::string Tree::Json() const {
  if (kind == kNull) return "null";
  if (kind == kNumber) return std::to_string(number);
  if (kind == kText) return '"' + text + '"';
  std::string json;
  for (const auto& [name, value] : fields) {
    json += (json.empty() ? "" : ",") + (kind == kObject ? '"' + name + "\":" : std::string()) + value.Json();
  }
  return kind == kObject ? "{" + json + "}" : "[" + json + "]";
}

inline int Order(const Tree& a, const Tree& b) {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.kind == Tree::kNumber) return a.number < b.number ? -1 : static_cast<int>(a.number > b.number);
  if (a.kind == Tree::kText) return a.text.compare(b.text);
  for (std::size_t i = 0; i < std::min(a.fields.size(), b.fields.size()); ++i) {
    const auto& [a_name, a_value] = a.fields[i];
    const auto& [b_name, b_value] = b.fields[i];
    if (a_value.kind != b_value.kind) return a_value.kind < b_value.kind ? -1 : 1;
    if (a_name != b_name) return a_name.compare(b_name);
    if (const int order = Order(a_value, b_value); order != 0) return order;
  }
  return static_cast<int>(a.fields.size()) - static_cast<int>(b.fields.size());
}

using Path = std::vector<std::string>;

inline Path Split(const std::string& text) {
  Path parts = {""};
  for (const char c : text) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

inline bool IsNumber(const std::string& part) { return part.front() >= '0' && part.front() <= '9'; }

inline bool IsBefore(const Path& a, const Path& b) {
  const auto key = [](const std::string& part) {
    return IsNumber(part) ? std::tuple(0, std::stoi(part), std::string()) : std::tuple(1, 0, part);
  };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](const auto& x, const auto& y) { return key(x) < key(y); });
}

inline bool Conflict(const Path& a, const Path& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i] != b[i]) return a[i].front() == '$' || b[i].front() == '$';
  }
  return true;
}

struct Step {
  std::string name;
  Path path;
  Tree operand;
  std::string json;            // The operand as the update has it.
  std::optional<Tree> source;  // What $rename found.
  int position = 100;
  int slice = 100;
  int sort = 0;
};

// Run, Find and Walk are false for an error.
class Model {
 public:
  Model(Tree document, bool inserting, int filter)
      : root_(std::move(document)), inserting_(inserting), filter_(filter) {}

  bool Run(std::vector<Step> steps) {
    std::vector<Step> all;
    for (Step& step : steps) {
      if (step.name == "$rename") {
        Step removal = step;
        removal.path = Split(step.operand.text);
        std::swap(removal.path, step.path);
        if (!Find(removal.path, &step.source)) return false;
        removal.name = step.source.has_value() ? "$unset" : "nothing";
        all.push_back(removal);
      }
      all.push_back(step);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (Conflict(all[i].path, all[k].path)) return false;
      }
    }
    std::sort(all.begin(), all.end(), [](const Step& a, const Step& b) { return IsBefore(a.path, b.path); });
    return std::all_of(all.begin(), all.end(), [this](const Step& step) { return Walk(&root_, step, 0, false); });
  }

  std::string Json() const { return root_.Json(); }

 private:
  static Tree* Child(Tree* tree, const std::string& part) {
    if (tree->kind == Tree::kArray) {
      if (!IsNumber(part)) return nullptr;
      const std::size_t index = std::stoul(part);
      return index < tree->fields.size() ? &tree->fields[index].value : nullptr;
    }
    for (auto& [name, value] : tree->fields) {
      if (tree->kind == Tree::kObject && name == part) return &value;
    }
    return nullptr;
  }
  static bool CanHold(const Tree& tree, const std::string& part) {
    return tree.kind == Tree::kObject || (tree.kind == Tree::kArray && IsNumber(part));
  }
  static Tree* Make(Tree* tree, const std::string& part) {
    if (tree->kind == Tree::kObject) {
      tree->fields.push_back({part, Tree()});
      return &tree->fields.back().value;
    }
    tree->fields.resize(std::stoul(part) + 1);
    return &tree->fields.back().value;
  }

  bool Find(const Path& path, std::optional<Tree>* found) {
    Tree* tree = &root_;
    bool in_array = false;
    for (const std::string& part : path) {
      if (!CanHold(*tree, part)) return false;
      in_array |= tree->kind == Tree::kArray;
      tree = Child(tree, part);
      if (tree == nullptr) return true;
    }
    *found = *tree;
    return !in_array;
  }

  bool Meets(const Tree& element) const {
    if (element.kind == Tree::kNumber) return element.number >= filter_;
    return element.kind == Tree::kArray &&
           std::any_of(element.fields.begin(), element.fields.end(), [this](const auto& each) {
             return each.value.kind == Tree::kNumber && each.value.number >= filter_;
           });
  }

  bool IsIdle(const Step& step) const {
    return step.name == "nothing" || (step.name == "$setOnInsert" && !inserting_) ||
           (step.name == "$rename" && !step.source.has_value());
  }

  bool Walk(Tree* tree, const Step& step, std::size_t at, bool in_array) {
    const std::string& part = step.path[at];
    const bool is_last = at + 1 == step.path.size();
    if (part.front() == '$') {
      if (tree->kind != Tree::kArray) return false;
      return std::all_of(tree->fields.begin(), tree->fields.end(), [&](auto& each) {
        if (part != "$[]" && !Meets(each.value)) return true;
        if (!is_last) return Walk(&each.value, step, at + 1, true);
        return Remove(tree, &each.value, step) || Change(&each.value, step, false, true);
      });
    }
    in_array |= tree->kind == Tree::kArray;
    Tree* child = Child(tree, part);
    if (child != nullptr) {
      if (!is_last) return Walk(child, step, at + 1, in_array);
      return Remove(tree, child, step) || Change(child, step, false, in_array);
    }
    // `$[]` needs an array, and there is none.
    if (std::any_of(step.path.begin() + static_cast<std::ptrdiff_t>(at), step.path.end(),
                    [](const auto& each) { return each.front() == '$'; })) {
      return false;
    }
    if (IsIdle(step) || step.name == "$unset" || step.name == "$pullAll") return true;
    if (!CanHold(*tree, part)) return false;
    if (step.name == "$pop") return true;
    child = Make(tree, part);
    for (++at; at < step.path.size(); ++at) {
      child->kind = Tree::kObject;
      child = Make(child, step.path[at]);
    }
    return Change(child, step, true, in_array);
  }

  static bool Remove(Tree* parent, Tree* child, const Step& step) {
    if (step.name != "$unset") return false;
    if (parent->kind == Tree::kArray) {
      *child = Tree();
    } else {
      std::erase_if(parent->fields, [&](const auto& field) { return &field.value == child; });
    }
    return true;
  }

  bool Change(Tree* tree, const Step& step, bool is_new, bool in_array) const {
    const std::string& name = step.name;
    const Tree& operand = step.operand;
    if (IsIdle(step)) return true;
    if (name == "$set" || name == "$setOnInsert") {
      *tree = operand;
    } else if (name == "$rename") {
      if (in_array) return false;
      *tree = Tree(*step.source);
    } else if (name == "$min" || name == "$max") {
      const int order = Order(operand, *tree);
      if (is_new || (name == "$min" ? order < 0 : order > 0)) *tree = Tree(operand);
    } else if (name == "$inc" || name == "$mul" || name == "$bit") {
      if (is_new) tree->kind = Tree::kNumber;
      if (tree->kind != Tree::kNumber) return false;
      tree->number = name == "$inc"   ? tree->number + operand.number
                     : name == "$mul" ? tree->number * operand.number
                                      : tree->number ^ operand.number;
    } else {
      if (is_new) tree->kind = Tree::kArray;
      return tree->kind == Tree::kArray && ChangeArray(&tree->fields, step);
    }
    return true;
  }

  static bool ChangeArray(std::vector<Member>* elements, const Step& step) {
    const auto contains = [](const auto& list, const Tree& value) {
      return std::any_of(list.begin(), list.end(), [&](const auto& each) { return each.value.Json() == value.Json(); });
    };
    if (step.name == "$pop" && !elements->empty()) {
      elements->erase(step.operand.number > 0 ? elements->end() - 1 : elements->begin());
    } else if (step.name == "$pullAll") {
      std::erase_if(*elements, [&](const auto& each) { return contains(step.operand.fields, each.value); });
    } else if (step.name == "$addToSet") {
      for (const auto& each : step.operand.fields) {
        if (!contains(*elements, each.value)) elements->push_back(each);
      }
    } else if (step.name == "$push") {
      const int size = static_cast<int>(elements->size());
      const int position = step.position < 0 ? std::max(0, size + step.position) : std::min(size, step.position);
      elements->insert(elements->begin() + position, step.operand.fields.begin(), step.operand.fields.end());
      if (step.sort != 0) {
        std::stable_sort(elements->begin(), elements->end(),
                         [&](const auto& a, const auto& b) { return Order(a.value, b.value) * step.sort < 0; });
      }
      while (elements->size() > static_cast<std::size_t>(std::abs(step.slice))) {
        elements->erase(step.slice < 0 ? elements->begin() : elements->end() - 1);
      }
    }
    return true;
  }

  Tree root_;
  bool inserting_;
  int filter_;
};

}  // namespace kalends::update_model
