#pragma once

// A store that is measured: each does the same work on the same messages and answers the same questions.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/messages.h"
#include "kalends/time.h"

namespace kalends::bench {

// The conditions that are given hold all together.
struct Question {
  TimeRange time = {};
  std::string_view session_id = {};  // Empty: of any session; so for the next two.
  std::string_view user_id = {};
  std::string_view type = {};
  std::optional<std::int64_t> output_tokens_above = {};  // Of message.usage.output_tokens, for which there is no index.
  std::string_view text = {};                            // Words with a space between, of which one must be there.
  bool all_words = false;                                // Each of them must be there.
  bool by_score = false;                                 // The best by BM25 first.
  bool by_cost = false;    // The highest costUsd first, the newest first where it is equal.
  std::uint64_t skip = 0;  // Skip and limit do not matter to a count.
  std::optional<std::uint64_t> limit = {};
};

class Subject {
 public:
  virtual ~Subject() = default;
  virtual std::string name() const = 0;

  // Makes an empty store in the directory and leaves it open.
  virtual void Create(const std::string& directory) = 0;
  // Opens what an earlier run made there.
  virtual void Open(const std::string& directory) = 0;
  virtual void Close() = 0;

  // Stores the messages in their order, `commit` documents a commit, not synced.
  virtual void Import(std::span<const Message> messages, std::uint32_t commit) = 0;
  // A commit each, not synced. `before` is what is replaced or deleted.
  virtual void Insert(const Message& message) = 0;
  virtual void Replace(std::string_view id, const Message& message, const Message& before) = 0;
  virtual void Delete(std::string_view id, const Message& before) = 0;
  // Returns when what was written is where it stays, synced, and nothing is left to do behind the writer.
  virtual void Settle() = 0;

  // As JSON text; empty when there is none.
  virtual std::string Get(std::string_view id) = 0;
  // As JSON text, newest first unless the question says otherwise.
  virtual void Find(const Question& question, std::vector<std::string>* found) = 0;
  virtual std::uint64_t Count(const Question& question) = 0;
  // The different values of `model`, sorted.
  virtual std::vector<std::string> Models() = 0;
  // All, oldest first. With `as_text` false they are read but not written as text, where the store makes a difference.
  virtual void Scan(bool as_text, const std::function<void(std::string_view text)>& visit) = 0;
};

std::unique_ptr<Subject> MakeKalends(bool with_text);
std::unique_ptr<Subject> MakeSqlite(bool with_text);

}  // namespace kalends::bench
