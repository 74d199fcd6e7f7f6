#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <unordered_map>
#include <utility>

#include "format/ids.h"

namespace kalends {

// The ids committed since the oldest view that a writer is still preparing against: what must be looked at again inside
// the queue. Not thread-safe.
class RecentIds {
 public:
  void BeginPreparing(CommitNumber view) { preparing_.insert(view.value); }
  void EndPreparing(CommitNumber view) { preparing_.erase(preparing_.find(view.value)); }

  // True when `hash` was committed after the view `checked`.
  bool IsTakenSince(const IdHash& hash, CommitNumber checked) const {
    const auto found = ids_.find(hash);
    return found != ids_.end() && found->second > checked.value;
  }
  // `commit` must not go down.
  void Add(const IdHash& hash, CommitNumber commit) {
    ids_[hash] = commit.value;
    order_.emplace_back(commit.value, hash);
  }
  // Forgets what no writer can ask for. `current`: the commit of the newest view.
  void Prune(CommitNumber current) {
    const std::uint64_t floor = preparing_.empty() ? current.value : *preparing_.begin();
    while (!order_.empty() && order_.front().first <= floor) {
      const auto found = ids_.find(order_.front().second);
      if (found != ids_.end() && found->second == order_.front().first) ids_.erase(found);
      order_.pop_front();
    }
  }

 private:
  std::multiset<std::uint64_t> preparing_;
  std::unordered_map<IdHash, std::uint64_t> ids_;
  std::deque<std::pair<std::uint64_t, IdHash>> order_;
};

}  // namespace kalends
