#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kalends {

// The names of a partition's keys, by number: append-only, from 0. Numbers are given at encoding, in memory; the writer
// stores new entries before the rows that use them. Safe for any number of threads: reading takes no lock.
class KeyDictionary {
 public:
  static constexpr std::uint16_t kNoNumber = 0xFFFF;  // The name is spelled out in the record.
  static constexpr std::uint32_t kNumbersMax = 16384;
  static constexpr std::uint32_t kAtFirstSight = 1024;  // So many names get a number at once,
  static constexpr std::uint32_t kSightingsNeeded = 8;  // later ones when seen in so many documents since opening.
  static constexpr std::size_t kNameBytesMax =
      1024;  // Longer names never get one: they stay in memory as long as the month.

  KeyDictionary();
  ~KeyDictionary();
  KeyDictionary(const KeyDictionary&) = delete;
  KeyDictionary& operator=(const KeyDictionary&) = delete;

  // The number of `name`, giving it one where it is due; kNoNumber otherwise. Counts sightings (roughly: names
  // may share a counter, and a name met several times in a document counts as often, so that a number may come early).
  std::uint16_t NumberFor(std::string_view name);
  // The number of `name`, or kNoNumber. Never adds.
  std::uint16_t Find(std::string_view name) const;
  // The name of a number below size(); valid as long as the dictionary.
  std::string_view Name(std::uint16_t number) const;
  std::uint32_t size() const;
  // Adds the next entry, as read from disk or from another month; names must come in order of their numbers. False when
  // full or already there.
  bool Append(std::string_view name);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kalends
