#include "index/distinct_texts.h"

#include <algorithm>

#include "format/checksum.h"

namespace kalends {
namespace {

constexpr std::size_t kFirstSlots = 16;

}  // namespace

std::uint32_t DistinctTexts::Add(std::string_view text) {
  if (!ends_.empty() && at(last_) == text) return last_;
  if (ends_.size() * 2 >= slots_.size()) Grow();
  const std::uint32_t hash = Checksum32(text);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot].number_plus_one != 0; slot = (slot + 1) & mask) {
    last_ = slots_[slot].number_plus_one - 1;
    if (slots_[slot].hash == hash && at(last_) == text) return last_;
  }
  last_ = size();
  texts_.append(text);
  ends_.push_back(static_cast<std::uint32_t>(texts_.size()));
  slots_[slot] = {hash, last_ + 1};
  return last_;
}

void DistinctTexts::Grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(std::max(kFirstSlots, old.size() * 2), {});
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& taken : old) {
    if (taken.number_plus_one == 0) continue;
    std::size_t slot = taken.hash & mask;
    while (slots_[slot].number_plus_one != 0) slot = (slot + 1) & mask;
    slots_[slot] = taken;
  }
}

std::size_t DistinctTexts::bytes() const {
  return texts_.capacity() + ends_.capacity() * sizeof(std::uint32_t) + slots_.capacity() * sizeof(Slot);
}

}  // namespace kalends
