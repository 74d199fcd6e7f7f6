#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/database_impl.h"
#include "kalends/database.h"

// A fixed piece of work on a database, of which it is known after every step what the database must hold.
namespace kalends::faults {

inline constexpr const char* kCollection = "work";

// Documents as JSON by their id.
using State = std::map<int, std::string>;

// The states in which a database may be: more than one after a step that failed, which may be there whole or not at all.
class Acceptable {
 public:
  void Done(const std::function<void(State&)>& apply) {
    for (State& state : states_) apply(state);
    Unify();
  }
  void Failed(const std::function<void(State&)>& apply) {
    std::vector<State> applied = states_;
    for (State& state : applied) apply(state);
    Add(applied);
  }
  void Add(const std::vector<State>& states) {
    states_.insert(states_.end(), states.begin(), states.end());
    Unify();
  }
  const std::vector<State>& states() const { return states_; }
  bool Contains(const State& state) const { return std::find(states_.begin(), states_.end(), state) != states_.end(); }

 private:
  void Unify() {
    std::sort(states_.begin(), states_.end());
    states_.erase(std::unique(states_.begin(), states_.end()), states_.end());
  }
  std::vector<State> states_ = {State()};
};

// Document `id`, of month 2024-01, -02 or -03; `size` letters that do not compress.
inline std::string DocumentText(int id, int month, int version, int size) {
  std::minstd_rand random(static_cast<unsigned>(id * 7 + version));
  std::string text = "{\"_id\":" + std::to_string(id) + ",\"month\":" + std::to_string(month) + ",\"version\":" + std::to_string(version) +
                     ",\"group\":" + std::to_string(id % 10) + ",\"timestamp\":\"2024-0" + std::to_string(month) + "-1" + std::to_string(id % 10) +
                     "T12:00:00Z\",\"text\":\"";
  for (int i = 0; i < size; ++i) text += static_cast<char>('0' + random() % 75);
  std::replace(text.end() - size, text.end(), '\\', '~');
  return text + "\"}";
}

// All documents of the database by four ways of asking, which must agree: an error, or what it holds. `problem` is set where they do not.
inline Result<State> ReadAll(Database& database, std::string* problem) {
  State found;
  auto collection = database.GetCollection(kCollection);
  if (!collection.has_value()) {
    if (collection.error().code() == ErrorCode::kNotFound) return found;
    return collection.error();
  }
  Query query;
  query.order = Order::kOldestFirst;
  auto cursor = collection->Find(query);
  if (!cursor.has_value()) return cursor.error();
  auto documents = cursor->ToVector();
  if (!documents.has_value()) return documents.error();
  for (const Document& document : *documents) {
    const auto id = static_cast<int>(document.Get("_id").as_integer());
    if (!found.emplace(id, document.ToJson()).second) *problem = "id " + std::to_string(id) + " is found twice";
  }
  auto count = collection->Count({});
  if (!count.has_value()) return count.error();
  if (*count != found.size()) *problem = "count says " + std::to_string(*count) + ", find finds " + std::to_string(found.size());
  query.filter = *Document::FromJson("{\"group\":3}");
  auto group = collection->FindPage(query);
  if (!group.has_value()) return group.error();
  std::uint64_t in_group = 0;
  for (const auto& [id, text] : found) in_group += id % 10 == 3 ? 1 : 0;
  if (group->total != in_group || group->documents.size() != in_group) *problem = "a filter finds " + std::to_string(group->total) + " of " + std::to_string(in_group);
  for (int id = 0; id < 400; id += 3) {
    auto document = collection->Get(Value::Int(id));
    if (!document.has_value()) return document.error();
    const auto there = found.find(id);
    const std::string expected = there == found.end() ? "" : there->second;
    if ((*document ? (*document)->ToJson() : "") != expected) *problem = "get of " + std::to_string(id) + " differs from find";
  }
  return found;
}

// The steps, in order.
class Workload {
 public:
  struct Step {
    std::string name;
    std::function<Status(Database&)> act;
    std::function<void(State&)> apply;
    bool is_synced = false;  // After it all survives a power cut.
  };

  // Until it is closed for the first time, and after it was opened again.
  std::vector<Step> before;
  std::vector<Step> after;

  explicit Workload(int size) : size_(size) {
    before.push_back({"create the collection", [](Database& database) {
                        const auto made = database.CreateCollection(kCollection, Spec());
                        return made.has_value() ? Status() : Status(made.error());
                      },
                      [](State&) {}});
    for (int batch = 0; batch < 10; ++batch) before.push_back(Insert(20 * batch, 20, 0, batch == 4));
    before.push_back(Sync());
    before.push_back(SealAll());
    for (const int id : {3, 50, 77, 120, 199}) before.push_back(Replace(id));
    for (const int id : {8, 51, 90}) before.push_back(Delete(id));
    before.push_back(DeleteGroup(7));
    before.push_back(Insert(200, 12, 0, true));
    before.push_back(SealAll());
    before.push_back(DropMonth(2));
    before.push_back(Insert(220, 9, 2, false));
    after.push_back(Replace(4));
    after.push_back(Insert(240, 9, 0, false));
    after.push_back(SealAll());
    after.push_back(Delete(241));
    after.push_back(Insert(260, 9, 0, true));
  }

 private:
  static CollectionSpec Spec() {
    CollectionSpec spec;
    spec.time_fields = {"timestamp"};
    return spec;
  }
  static Status On(Database& database, const std::function<Status(Collection&)>& act) {
    auto collection = database.GetCollection(kCollection);
    if (!collection.has_value()) return collection.error();
    return act(*collection);
  }
  template <class T>
  static Status StatusOf(const Result<T>& result) {
    return result.has_value() ? Status() : Status(result.error());
  }
  // Of months in turn where `month` is 0.
  Step Insert(int first, int count, int month, bool is_synced) {
    std::vector<std::pair<int, std::string>> texts;
    for (int id = first; id < first + count; ++id) texts.emplace_back(id, DocumentText(id, month == 0 ? 1 + id % 3 : month, 0, size_));
    WriteOptions options;
    if (is_synced) options.durability = Durability::kSync;
    return {"insert from " + std::to_string(first),
            [texts, options](Database& database) {
              return On(database, [&](Collection& collection) {
                std::vector<Document> documents;
                for (const auto& [id, text] : texts) documents.push_back(*Document::FromJson(text));
                return StatusOf(collection.InsertMany(documents, options));
              });
            },
            [texts](State& state) {
              for (const auto& [id, text] : texts) state[id] = text;
            },
            is_synced};
  }
  Step Replace(int id) {
    const std::string text = DocumentText(id, 1 + (id + 1) % 3, 1, size_);
    return {"replace " + std::to_string(id),
            [id, text](Database& database) {
              return On(database, [&](Collection& collection) { return StatusOf(collection.Replace(Value::Int(id), *Document::FromJson(text))); });
            },
            [id, text](State& state) {
              if (state.contains(id)) state[id] = text;
            }};
  }
  static Step Delete(int id) {
    return {"delete " + std::to_string(id),
            [id](Database& database) { return On(database, [&](Collection& collection) { return StatusOf(collection.Delete(Value::Int(id))); }); },
            [id](State& state) { state.erase(id); }};
  }
  static Step DeleteGroup(int group) {
    return {"delete a group",
            [group](Database& database) {
              return On(database, [&](Collection& collection) {
                Query query;
                query.filter = *Document::FromJson("{\"group\":" + std::to_string(group) + "}");
                return StatusOf(collection.DeleteMany(query));
              });
            },
            [group](State& state) { std::erase_if(state, [group](const auto& entry) { return entry.first % 10 == group; }); }};
  }
  static Step DropMonth(int month) {
    return {"drop a month",
            [month](Database& database) {
              const auto dropped = database.Drop(kCollection, "2024-0" + std::to_string(month), false);
              return dropped.has_value() || dropped.error().code() == ErrorCode::kNotFound ? Status() : Status(dropped.error());
            },
            [month](State& state) {
              const std::string mark = "\"month\":" + std::to_string(month) + ",";
              std::erase_if(state, [&mark](const auto& entry) { return entry.second.find(mark) < 40; });
            },
            true};
  }
  static Step SealAll() {
    return {"seal all", [](Database& database) { return database.SealAll(); }, [](State&) {}};
  }
  static Step Sync() {
    return {"sync", [](Database& database) { return database.Sync(); }, [](State&) {}, true};
  }

  const int size_;
};

}  // namespace kalends::faults
