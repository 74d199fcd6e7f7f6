// The fields of a document come mostly in the order of the one before, so that the node of the next field is known
// before its name is read (PathNode::next): comparing the names is all that is left. What stands in arrays is not
// walked into: such rows are known as unknown, at the path of the array and at all that begin with it.
#include "index/block_builder.h"

#include <algorithm>
#include <cassert>
#include <unordered_set>
#include <utility>

#include "index/block_directory.h"
#include "index/path_tree.h"
#include "index/time_column.h"

namespace kalends {
namespace {

constexpr std::uint32_t kArrayBit = 1U << static_cast<unsigned>(ColumnKind::kArray);

bool LeadsNowhere(std::string_view name) { return name.empty() || name.find('.') != std::string_view::npos; }

std::string PathOf(const PathNode& node) {
  std::string path = node.name;
  for (const PathNode* parent = node.parent; parent->parent != nullptr; parent = parent->parent) {
    path.insert(0, 1, '.').insert(0, parent->name);
  }
  return path;
}

// Calls visit(row) for the rows in which nothing is known of the path: it was not looked after yet, or an array stands
// on the way. Each once.
template <class Visit>
void ForEachUnknown(const PathNode& node, Visit visit) {
  for (std::uint32_t row = 0; row < node.born; ++row) visit(row);
  for (const PathNode* parent = node.parent; parent != nullptr; parent = parent->parent) {
    const auto& rows = parent->array_rows;
    for (auto row = std::lower_bound(rows.begin(), rows.end(), node.born); row != rows.end(); ++row) visit(*row);
  }
}

// How many rows a path must have to become a column, of `rows`.
std::uint32_t RowsOfColumn(std::uint32_t rows) {
  constexpr std::uint32_t kRowsMin = 16;
  if (rows < 2 * kRowsMin) return std::max(1U, (rows + 1) / 2);
  return std::max(kRowsMin, (rows + 99) / 100);
}

ColumnSummary SummaryWithoutColumn(const PathNode& node, std::string path) {
  ColumnSummary summary{
      .path = std::move(path), .rows = node.rows, .kinds = node.column->kinds(), .distinct = node.column->distinct()};
  ForEachUnknown(node, [&](std::uint32_t /*row*/) {
    ++summary.rows;
    summary.kinds |= kArrayBit;
  });
  return summary;
}

// Encodes the column of the node, and drops it.
ColumnSummary TakeColumn(PathNode* node, std::string path, std::uint32_t rows, std::vector<std::string>* columns) {
  ColumnBuilder column = std::move(*node->column);
  node->column.reset();
  ForEachUnknown(*node, [&](std::uint32_t row) { column.AddArray(row); });
  columns->push_back(column.Encode(rows));
  return {.path = std::move(path),
          .number = static_cast<std::uint16_t>(columns->size()),
          .rows = column.count(),
          .kinds = column.kinds(),
          .distinct = column.distinct(),
          .bytes = static_cast<std::uint32_t>(columns->back().size()),
          .min_key = column.min_key(),
          .max_key = column.max_key()};
}

}  // namespace

class BlockBuilder::State {
 public:
  explicit State(BlockOptions options) : options_(std::move(options)), lists_(options_.indexes.size()) {
    if (!options_.id_field.empty()) tree_.Pin(options_.id_field)->keeps_unique_strings = false;
    for (std::uint32_t i = 0; i < options_.indexes.size(); ++i) {
      PathNode* node = tree_.Pin(options_.indexes[i]);
      assert(!node->index.has_value());
      node->keeps_unique_strings = false;
      node->index = i;
      index_nodes_.push_back(node);
    }
  }

  const BlockOptions& options() const { return options_; }
  std::uint32_t rows() const { return row_; }

  void Add(const Value& root) {
    assert(root.is_object() && row_ < kColumnBlockRows);
    tree_.MakeRoom(row_);
    Walk(root, tree_.root());
    for (const PathNode* node : index_nodes_) {
      if (node->last_row != row_) AddMissing(*node);
    }
    ++row_;
  }

  void AddDeleted() {
    assert(row_ < kColumnBlockRows);
    ++row_;
    ++deleted_;
  }

  std::size_t bytes() const {
    std::size_t bytes = tree_.bytes();
    for (const ListBuilder& list : lists_) bytes += list.bytes();
    return bytes;
  }

  BuiltBlock Finish() {
    assert(row_ > 0);
    BuiltBlock built;
    std::vector<PathNode*> nodes = tree_.Nodes();
    std::erase_if(nodes, [](const PathNode* node) { return node->rows == 0; });
    const std::vector<PathNode*> columns = ChooseColumns(nodes);
    const bool is_complete = tree_.is_complete() && nodes.size() <= kEntriesMax;
    if (!is_complete) nodes = columns;
    built.directory = EncodeBlockDirectory(row_, is_complete, has_dotted_names_, Summarize(nodes, columns, &built));
    for (ListBuilder& list : lists_) {
      built.lists.push_back(list.Finish());
      built.has_unsure.push_back(!built.lists.back().empty() && built.lists.back().back().hash == kUnsureList);
    }
    return built;
  }

 private:
  void Walk(const Value& object, PathNode* parent) {
    PathNode** likely = &parent->first_child;
    for (const Field& field : object.fields()) {
      PathNode* node = *likely;
      if (node == nullptr || node->name != field.name) {
        node = Find(parent, field.name);
        if (node == nullptr) continue;
        *likely = node;
      }
      likely = &node->next;
      Take(node, field.value);
    }
  }

  PathNode* Find(PathNode* parent, std::string_view name) {
    if (LeadsNowhere(name)) {
      has_dotted_names_ = true;
      return nullptr;
    }
    return tree_.Child(parent, name, row_);
  }

  void Take(PathNode* node, const Value& value) {
    ++node->rows;
    node->last_row = row_;
    if (!node->column.has_value()) node->column.emplace(node->keeps_unique_strings);
    node->column->Add(row_, value);
    if (value.is_array()) {
      node->array_rows.push_back(row_);
      if (node->index.has_value()) AddElements(value, &lists_[*node->index]);
    } else if (value.is_object()) {
      Walk(value, node);
    } else if (node->index.has_value()) {
      lists_[*node->index].Add(row_, value);
    }
  }

  void AddElements(const Value& array, ListBuilder* list) {
    for (const Value& element : array.elements()) list->Add(row_, element);
  }

  // The row has not the path of an index: it counts as null, but for an array on the way, in which anything can be.
  void AddMissing(const PathNode& node) {
    const PathNode* last = node.parent;
    while (last->parent != nullptr && last->last_row != row_) last = last->parent;
    if (last->HasArrayIn(row_)) return lists_[*node.index].AddUnsure(row_);
    lists_[*node.index].Add(row_, Value::Null());
  }

  // Of the paths that have rows, in any order.
  std::vector<PathNode*> ChooseColumns(std::vector<PathNode*> nodes) const {
    const std::uint32_t rows_min = RowsOfColumn(row_ - deleted_);
    std::erase_if(nodes, [&](const PathNode* node) { return node->rows < rows_min && !node->index.has_value(); });
    std::stable_sort(nodes.begin(), nodes.end(), [](const PathNode* a, const PathNode* b) {
      return a->index.has_value() != b->index.has_value() ? a->index.has_value() : a->rows > b->rows;
    });
    if (nodes.size() > kColumnsMax) nodes.resize(kColumnsMax);
    return nodes;
  }

  // The entries of `nodes`, sorted by path. Puts the columns of those in `columns` into `built`.
  std::vector<ColumnSummary> Summarize(const std::vector<PathNode*>& nodes, const std::vector<PathNode*>& columns,
                                       BuiltBlock* built) const {
    struct Entry {
      std::string path;
      PathNode* node;
    };
    std::vector<Entry> entries;
    entries.reserve(nodes.size());
    for (PathNode* node : nodes) entries.push_back({PathOf(*node), node});
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.path < b.path; });
    const std::unordered_set<const PathNode*> with_column(columns.begin(), columns.end());
    std::vector<ColumnSummary> summaries;
    summaries.reserve(nodes.size());
    for (Entry& entry : entries) {
      summaries.push_back(with_column.contains(entry.node)
                              ? TakeColumn(entry.node, std::move(entry.path), row_, &built->columns)
                              : SummaryWithoutColumn(*entry.node, std::move(entry.path)));
    }
    return summaries;
  }

  BlockOptions options_;
  PathTree tree_{kPathsMax, kPathBytesMax};
  std::vector<PathNode*> index_nodes_;  // Of each index.
  std::vector<ListBuilder> lists_;
  std::uint32_t row_ = 0;  // The next one.
  std::uint32_t deleted_ = 0;
  bool has_dotted_names_ = false;
};

BlockBuilder::BlockBuilder(BlockOptions options) : state_(std::make_unique<State>(std::move(options))) {}
BlockBuilder::~BlockBuilder() = default;

void BlockBuilder::Add(const Value& root) { state_->Add(root); }
void BlockBuilder::AddDeleted() { state_->AddDeleted(); }
std::uint32_t BlockBuilder::rows() const { return state_->rows(); }
std::size_t BlockBuilder::bytes() const { return state_->bytes(); }

BuiltBlock BlockBuilder::Finish() {
  BuiltBlock built = state_->Finish();
  state_ = std::make_unique<State>(state_->options());
  return built;
}

}  // namespace kalends
