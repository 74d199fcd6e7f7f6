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

inline constexpr int kTextBytes = 20'000;

// The month and the version of each document, by its id; its text follows from them.
struct Stored {
  int month;
  int version;
  auto operator<=>(const Stored&) const = default;
};
using State = std::map<int, Stored>;

// The states in which a database may be: more than one after a step that failed, which may be there whole or not at
// all.
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

// A document as JSON, with letters that do not compress, so that write buffers fill.
inline const std::string& DocumentText(int id, const Stored& stored) {
  static std::map<std::pair<int, Stored>, std::string> texts;
  std::string& text = texts[{id, stored}];
  if (!text.empty()) return text;
  std::minstd_rand random(static_cast<unsigned>(1 + id * 7 + stored.version));
  text = "{\"_id\":" + std::to_string(id) + ",\"month\":" + std::to_string(stored.month) +
         ",\"version\":" + std::to_string(stored.version) + ",\"group\":" + std::to_string(id % 10) +
         ",\"timestamp\":\"2024-0" + std::to_string(stored.month) + "-1" + std::to_string(id % 10) +
         "T12:00:00Z\",\"text\":\"";
  for (int i = 0; i < kTextBytes; ++i) {
    const char letter = static_cast<char>('0' + random() % 75);
    text += letter == '\\' ? '~' : letter;
  }
  return text += "\"}";
}

// All documents of the database by four ways of asking, which must agree: an error, or what it holds. `problem` is set
// where they do not.
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
    const Stored stored{static_cast<int>(document.Get("month").as_integer()),
                        static_cast<int>(document.Get("version").as_integer())};
    if (!found.emplace(id, stored).second) *problem = "id " + std::to_string(id) + " is found twice";
    if (document.ToJson() != DocumentText(id, stored))
      *problem = "document " + std::to_string(id) + " is not what was stored";
  }
  auto count = collection->Count({});
  if (!count.has_value()) return count.error();
  if (*count != found.size())
    *problem = "count says " + std::to_string(*count) + ", find finds " + std::to_string(found.size());
  query.filter = *Document::FromJson("{\"group\":3}");
  auto group = collection->FindPage(query);
  if (!group.has_value()) return group.error();
  std::uint64_t in_group = 0;
  for (const auto& [id, stored] : found) in_group += id % 10 == 3 ? 1 : 0;
  if (group->total != in_group || group->documents.size() != in_group)
    *problem = "a filter finds " + std::to_string(group->total) + " of " + std::to_string(in_group);
  for (int id = 0; id < 400; id += 3) {
    auto document = collection->Get(Value::Int(id));
    if (!document.has_value()) return document.error();
    const auto there = found.find(id);
    const std::string expected = there == found.end() ? "" : DocumentText(id, there->second);
    if ((*document ? (*document)->ToJson() : "") != expected)
      *problem = "get of " + std::to_string(id) + " differs from find";
  }
  return found;
}

// The steps, in order.
class Workload {
 public:
  struct Step {
    std::string name;
    std::function<Result<bool>(Database&)> act;  // False where there was nothing to change.
    std::function<void(State&)> apply;
    bool is_synced = false;  // After it all survives a power cut.
  };

  // Until it is closed for the first time, and after it was opened again.
  std::vector<Step> before;
  std::vector<Step> after;

  Workload() {
    before.push_back({"create the collection",
                      [](Database& database) {
                        const auto made = database.CreateCollection(kCollection, Spec());
                        return made.has_value() ? Result<bool>(true) : Result<bool>(made.error());
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
    spec.indexes = {"group"};
    spec.text_fields = {"*"};
    return spec;
  }
  static Result<bool> On(Database& database, const std::function<Result<bool>(Collection&)>& act) {
    auto collection = database.GetCollection(kCollection);
    if (!collection.has_value()) return collection.error();
    return act(*collection);
  }
  static Result<bool> Outcome(const Status& status) {
    return status.ok() ? Result<bool>(true) : Result<bool>(status.error());
  }
  // Of months in turn where `month` is 0.
  static Step Insert(int first, int count, int month, bool is_synced) {
    State added;
    for (int id = first; id < first + count; ++id) added[id] = {month == 0 ? 1 + id % 3 : month, 0};
    WriteOptions options;
    if (is_synced) options.durability = Durability::kSync;
    return {"insert from " + std::to_string(first),
            [added, options](Database& database) {
              return On(database, [&](Collection& collection) {
                std::vector<Document> documents;
                for (const auto& [id, stored] : added)
                  documents.push_back(*Document::FromJson(DocumentText(id, stored)));
                const auto inserted = collection.InsertMany(documents, options);
                return inserted.has_value() ? Result<bool>(true) : Result<bool>(inserted.error());
              });
            },
            [added](State& state) { state.insert(added.begin(), added.end()); }, is_synced};
  }
  static Step Replace(int id) {
    const Stored stored{1 + (id + 1) % 3, 1};
    return {"replace " + std::to_string(id),
            [id, stored](Database& database) {
              return On(database, [&](Collection& collection) {
                return collection.Replace(Value::Int(id), *Document::FromJson(DocumentText(id, stored)));
              });
            },
            [id, stored](State& state) {
              if (state.contains(id)) state[id] = stored;
            }};
  }
  static Step Delete(int id) {
    return {"delete " + std::to_string(id),
            [id](Database& database) {
              return On(database, [&](Collection& collection) { return collection.Delete(Value::Int(id)); });
            },
            [id](State& state) { state.erase(id); }};
  }
  static Step DeleteGroup(int group) {
    return {"delete a group",
            [group](Database& database) {
              return On(database, [&](Collection& collection) {
                Query query;
                query.filter = *Document::FromJson("{\"group\":" + std::to_string(group) + "}");
                const auto deleted = collection.DeleteMany(query);
                return deleted.has_value() ? Result<bool>(*deleted > 0) : Result<bool>(deleted.error());
              });
            },
            [group](State& state) {
              std::erase_if(state, [group](const auto& entry) { return entry.first % 10 == group; });
            }};
  }
  static Step DropMonth(int month) {
    return {"drop a month",
            [month](Database& database) -> Result<bool> {
              const auto dropped = database.Drop(kCollection, "2024-0" + std::to_string(month), false);
              if (dropped.has_value()) return Result<bool>(true);
              if (dropped.error().code() == ErrorCode::kNotFound) return false;
              return dropped.error();
            },
            [month](State& state) {
              std::erase_if(state, [month](const auto& entry) { return entry.second.month == month; });
            },
            true};
  }
  static Step SealAll() {
    return {"seal all", [](Database& database) { return Outcome(database.SealAll()); }, [](State&) {}};
  }
  static Step Sync() {
    return {"sync", [](Database& database) { return Outcome(database.Sync()); }, [](State&) {}, true};
  }
};

}  // namespace kalends::faults
