#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "format/arena.h"
#include "kalends/document.h"
#include "kalends/status.h"
#include "kalends/time.h"
#include "kalends/value.h"

namespace kalends {

// What an update needs beside itself.
struct UpdateContext {
  std::span<const Document> array_filters;  // For `$[name]`: each {name: condition} or {"name.field": condition}.
  TimeUs now;                               // What $currentDate sets.
};

// A change to documents in MongoDB's language, parsed: operators such as {$set: {a: 1}}, or a whole document that
// replaces the old one. Immutable: safe for any number of threads.
//
// Fields that an update adds stand at the end of their object, in the order of their paths, whatever order the update
// names them in: names by their bytes, two numbers by their value. All other fields keep their places.
class Update {
 public:
  // Copies what it needs of `update` and of the context. kInvalidArgument or kUnsupported name the operator and its
  // place, such as `update.$push.a.$slice`.
  static Result<std::shared_ptr<const Update>> Parse(const Value& update, const UpdateContext& context);
  virtual ~Update() = default;

  // True for a whole document.
  virtual bool is_replacement() const = 0;

  // `document`, an object, after the update. What the update leaves alone is shared with `document`, and what it sets
  // with the update: the result lives as long as `document`, this update and `arena`. *modified is false where nothing
  // changed; then the result is `document` itself.
  //
  // `matched_index` is MatchScratch::array_index of the filter that chose the document, for the positional `$`.
  // `inserting` is true for the document that an upsert inserts: $setOnInsert acts only then.
  //
  // Errors name the operator and the path. Whether the id stays, and how large the result may be, the caller checks;
  // that it nests no deeper than kNestingDepthMax is checked here.
  virtual Result<Value> Apply(const Value& document, std::optional<std::size_t> matched_index, bool inserting,
                              Arena& arena, bool* modified) const = 0;
};

// The document that an upsert begins with: what `filter` says by equality: {a: 1}, {a: {$eq: 1}}, those inside $and,
// those of an $all, and those of an $or or an $in that has one member only. A dotted path makes objects. It shares its
// values with `filter`. kInvalidArgument: two equalities name the same path, or one lies inside the other.
Result<Value> UpsertSeed(const Value& filter, Arena& arena);

}  // namespace kalends
