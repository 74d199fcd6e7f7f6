#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "tests/faults/crash_model.h"

// What a child writes down of its work, in memory shared with its parent, which reads it after the child was killed.
// Before each operation a thread notes what it will change, step by step; each step is one commit. After the operation
// returned it notes that.
namespace kalends::crash {

struct Change {
  std::uint32_t key;
  std::uint32_t version;  // New; 0: deleted.
  std::uint32_t step;     // From 0.
};

struct Operation {
  std::uint32_t first_change;
  std::uint32_t changes;
  std::uint32_t steps;  // 0: it changes nothing (a sync).
  bool is_synced;       // Once it returned, it and all that returned before it began must survive a power cut.
  std::uint64_t begin;  // On the clock of all threads.
  std::atomic<std::uint64_t> end;  // 0: it did not return.
};

inline constexpr std::uint32_t kOperationsMax = 60'000;
inline constexpr std::uint32_t kChangesMax = 600'000;

struct ThreadJournal {
  std::atomic<std::uint32_t> operations;  // An operation counts when all of it is written here.
  std::uint32_t changes;
  std::uint32_t last_version;
  Operation operation[kOperationsMax];
  Change change[kChangesMax];

  bool IsFull() const { return operations + 1 >= kOperationsMax || changes + 4 * kKeys >= kChangesMax; }
};

struct Journal {
  // Set by the parent.
  char directory[512];
  char synced_sizes[512];  // The table of SyncedSizes; empty: not observed.
  std::uint64_t seed;
  std::uint64_t memory_bytes;
  std::uint32_t reopen_every;  // Operations, about.
  std::uint32_t seal_every;
  std::uint32_t sync_every;
  Versions base;  // What the store held when the child was started.

  std::atomic<std::uint32_t> is_ready;
  std::atomic<std::uint64_t> clock;
  std::atomic<std::uint32_t> failed;  // 1: `failure` is being written, 2: it can be read.
  char failure[4096];
  ThreadJournal threads[kThreads];

  // For a new child, which goes on from `versions`.
  void Begin(const Versions& versions) {
    base = versions;
    is_ready = 0;
    clock = 1;
    failed = 0;
    for (ThreadJournal& thread : threads) {
      thread.operations = 0;
      thread.changes = 0;
    }
  }
  void Fail(const std::string& what) {
    std::uint32_t none = 0;
    if (!failed.compare_exchange_strong(none, 1)) return;
    what.copy(failure, sizeof failure - 1);
    failure[std::min(what.size(), sizeof failure - 1)] = '\0';
    failed = 2;
  }
};

// Looks for the prefixes of the threads' histories that leave `found`, such that they are one prefix of the commits:
// what returned before an operation began is there where that operation is.
class HistoryCheck {
 public:
  HistoryCheck(const Journal& journal, const Versions& found) : journal_(journal) {
    for (std::uint32_t t = 0; t < kThreads; ++t) Replay(t, found);
  }

  // Asks that all that returned is there: what a killed process leaves.
  void RequireReturned() { RequireBefore(UINT64_MAX); }
  // Asks for what was synced alone: what a power cut leaves.
  void RequireSynced() {
    for (std::uint32_t t = 0; t < kThreads; ++t) {
      for (std::uint32_t i = 0; i < Count(t); ++i) {
        const Operation& operation = journal_.threads[t].operation[i];
        if (!operation.is_synced || operation.end == 0) continue;
        needed_[t] = std::max(needed_[t], threads_[t].steps_through[i]);
        RequireBefore(operation.begin);
      }
    }
  }

  // What is wrong; nullopt where all is right.
  std::optional<std::string> Problem() {
    while (true) {
      const auto before = needed_;
      for (std::uint32_t t = 0; t < kThreads; ++t) {
        const auto& candidates = threads_[t].candidates;
        const auto chosen = std::lower_bound(candidates.begin(), candidates.end(), needed_[t]);
        if (chosen == candidates.end()) return Describe(t);
        needed_[t] = *chosen;
        if (*chosen > 0) RequireBefore(journal_.threads[t].operation[threads_[t].operation_of_step[*chosen - 1]].begin);
      }
      if (before == needed_) return std::nullopt;
    }
  }

  // Steps that were done, and those of them that `found` lacks.
  std::uint64_t steps() const {
    std::uint64_t sum = 0;
    for (const Thread& thread : threads_) sum += thread.operation_of_step.size();
    return sum;
  }
  std::uint64_t lost() const {
    std::uint64_t there = 0;
    for (const std::uint32_t needed : needed_) there += needed;
    return steps() - there;
  }

 private:
  struct Thread {
    std::vector<std::uint32_t> operation_of_step;
    std::vector<std::uint32_t> steps_through;  // By operation: steps of all up to it.
    std::vector<std::uint32_t> candidates;     // So many steps leave what was found.
    std::uint32_t nearest = 0;                 // So many steps differ in the fewest keys.
    std::string differences;                   // There.
  };

  std::uint32_t Count(std::uint32_t t) const { return journal_.threads[t].operations; }

  void Replay(std::uint32_t t, const Versions& found) {
    const ThreadJournal& journal = journal_.threads[t];
    Thread& thread = threads_[t];
    auto now = journal_.base[t];
    std::uint32_t different = 0;
    for (std::uint32_t key = 0; key < kKeys; ++key) different += now[key] != found[t][key] ? 1 : 0;
    std::uint32_t least = UINT32_MAX;
    const auto look = [&](std::uint32_t steps) {
      if (different == 0) thread.candidates.push_back(steps);
      if (different >= least) return;
      least = different;
      thread.nearest = steps;
      thread.differences.clear();
      for (std::uint32_t key = 0; key < kKeys && different < 20; ++key) {
        if (now[key] == found[t][key]) continue;
        thread.differences += " key " + std::to_string(key) + ": found version " + std::to_string(found[t][key]) +
                              ", not " + std::to_string(now[key]) + ";";
      }
    };
    look(0);
    for (std::uint32_t i = 0; i < Count(t); ++i) {
      const Operation& operation = journal.operation[i];
      for (std::uint32_t step = 0; step < operation.steps; ++step) {
        for (std::uint32_t c = operation.first_change; c < operation.first_change + operation.changes; ++c) {
          const Change& change = journal.change[c];
          if (change.step != step) continue;
          different -= now[change.key] != found[t][change.key] ? 1 : 0;
          now[change.key] = change.version;
          different += now[change.key] != found[t][change.key] ? 1 : 0;
        }
        thread.operation_of_step.push_back(i);
        look(static_cast<std::uint32_t>(thread.operation_of_step.size()));
      }
      thread.steps_through.push_back(static_cast<std::uint32_t>(thread.operation_of_step.size()));
    }
  }

  void RequireBefore(std::uint64_t clock) {
    for (std::uint32_t t = 0; t < kThreads; ++t) {
      // The operations of a thread return in order.
      std::uint32_t begin = 0;
      std::uint32_t end = Count(t);
      while (begin < end) {
        const std::uint32_t middle = (begin + end) / 2;
        const std::uint64_t returned = journal_.threads[t].operation[middle].end;
        if (returned != 0 && returned < clock) {
          begin = middle + 1;
        } else {
          end = middle;
        }
      }
      if (begin > 0) needed_[t] = std::max(needed_[t], threads_[t].steps_through[begin - 1]);
    }
  }

  std::string Describe(std::uint32_t t) const {
    const Thread& thread = threads_[t];
    std::string text = "thread " + std::to_string(t) + ": at least " + std::to_string(needed_[t]) + " of " +
                       std::to_string(thread.operation_of_step.size()) + " steps must be there, ";
    if (!thread.candidates.empty()) return text + "but only " + std::to_string(thread.candidates.back()) + " are";
    text += "but the store is at none of them; nearest is " + std::to_string(thread.nearest) + ":" + thread.differences;
    if (thread.nearest > 0) {
      const std::uint32_t i = thread.operation_of_step[thread.nearest - 1];
      text += " behind operation " + std::to_string(i) + " of " + std::to_string(Count(t));
    }
    return text;
  }

  const Journal& journal_;
  std::array<Thread, kThreads> threads_;
  std::array<std::uint32_t, kThreads> needed_{};
};

}  // namespace kalends::crash
