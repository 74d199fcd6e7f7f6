// Where documents have ever new names, most paths come once and never again. When there is no room for one more, those
// that were rare so far are forgotten, leaves first; of too many frequent ones the more frequent half stays. Each time
// half of the room is free again, so that the cost of a name stays the same however many there are.
//
// A parent has something in every row in which a child has, and is older: what is kept by frequency, and by age where
// that is equal, holds the parents of all that it holds.
#include "index/path_tree.h"

#include <xxhash.h>

#include <algorithm>

namespace kalends {
namespace {

// A path in fewer rows cannot become a column anyhow, unless the rows to come have it more often.
std::uint32_t RowsToStay(std::uint32_t rows) {
  constexpr std::uint32_t kRowsMin = 16;
  constexpr std::uint32_t kOneIn = 200;
  return std::min(std::max(kRowsMin, rows / kOneIn), rows / 2);
}

}  // namespace

std::size_t PathTree::Hash::operator()(const Key& key) const {
  // By the parent's address the hash is another one in each process: nobody can choose names that collide.
  return XXH3_64bits_withSeed(key.name.data(), key.name.size(), reinterpret_cast<std::uintptr_t>(key.parent));
}

PathNode* PathTree::Pin(std::string_view path) {
  PathNode* node = &root_;
  while (true) {
    const std::size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    const auto found = nodes_.find(Key{node, name});
    node = found != nodes_.end() ? found->second.get() : Insert(node, name);
    node->is_pinned = true;
    if (dot == std::string_view::npos) return node;
    path.remove_prefix(dot + 1);
  }
}

PathNode* PathTree::Make(PathNode* parent, std::string_view name, std::uint32_t row) {
  if (parent->path_bytes + 1 + name.size() > path_bytes_max_) {
    is_complete_ = false;
    return nullptr;
  }
  if (nodes_.size() >= nodes_max_) {
    is_complete_ = false;
    is_full_ = true;
    has_lost_ = true;
    return nullptr;
  }
  PathNode* node = Insert(parent, name);
  node->born = has_lost_ ? row : 0;
  return node;
}

PathNode* PathTree::Insert(PathNode* parent, std::string_view name) {
  auto node = std::make_unique<PathNode>();
  node->name = name;
  node->parent = parent;
  node->path_bytes = parent->path_bytes + (parent == &root_ ? 0 : 1) + static_cast<std::uint32_t>(name.size());
  node->order = next_order_++;
  ++parent->children;
  const Key key{parent, node->name};
  return nodes_.emplace(key, std::move(node)).first->second.get();
}

void PathTree::Forget(std::uint32_t rows) {
  MarkRareLeaves(RowsToStay(rows));
  EraseMarked();
  if (nodes_.size() > nodes_max_ / 2) {
    MarkAllBut(nodes_max_ / 2);
    EraseMarked();
  }
  is_full_ = false;
}

void PathTree::MarkRareLeaves(std::uint32_t rows_min) {
  std::vector<PathNode*> nodes = Nodes();
  std::reverse(nodes.begin(), nodes.end());  // A parent whose children all go is a leaf too.
  for (PathNode* node : nodes) {
    if (node->is_pinned || node->children > 0 || node->rows >= rows_min) continue;
    node->is_to_be_forgotten = true;
    --node->parent->children;
  }
}

void PathTree::MarkAllBut(std::size_t count) {
  std::vector<PathNode*> nodes = Nodes();
  std::stable_sort(nodes.begin(), nodes.end(), [](const PathNode* a, const PathNode* b) {
    return a->is_pinned != b->is_pinned ? a->is_pinned : a->rows > b->rows;
  });
  for (std::size_t i = count; i < nodes.size() && !nodes[i]->is_pinned; ++i) {
    nodes[i]->is_to_be_forgotten = true;
    --nodes[i]->parent->children;
  }
}

void PathTree::EraseMarked() {
  // Hints may name what goes.
  root_.first_child = nullptr;
  for (const auto& [key, node] : nodes_) {
    node->first_child = nullptr;
    node->next = nullptr;
  }
  std::erase_if(nodes_, [](const auto& entry) { return entry.second->is_to_be_forgotten; });
}

std::vector<PathNode*> PathTree::Nodes() const {
  std::vector<PathNode*> nodes;
  nodes.reserve(nodes_.size());
  for (const auto& [key, node] : nodes_) nodes.push_back(node.get());
  std::sort(nodes.begin(), nodes.end(), [](const PathNode* a, const PathNode* b) { return a->order < b->order; });
  return nodes;
}

std::size_t PathTree::bytes() const {
  constexpr std::size_t kEntryBytes = 56;  // Of an entry: key, pointer, link, hash and place in a bucket.
  std::size_t bytes = 0;
  for (const auto& [key, node] : nodes_) {
    bytes += sizeof(PathNode) + kEntryBytes + node->name.capacity() +
             node->array_rows.capacity() * sizeof(std::uint32_t) +
             (node->column.has_value() ? node->column->bytes() : 0);
  }
  return bytes;
}

}  // namespace kalends
