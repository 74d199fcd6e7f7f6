#include "engine/view.h"

#include "format/errors.h"

namespace kalends {

void View::SetSlot(std::uint32_t slot, PartitionSlot value) {
  while (slots() <= slot) chunks.push_back(std::make_shared<const Chunk>());
  auto chunk = std::make_shared<Chunk>(*chunks[slot / kChunkSlots]);
  (*chunk)[slot % kChunkSlots] = std::move(value);
  chunks[slot / kChunkSlots] = std::move(chunk);
}

std::shared_ptr<const CollectionView> View::Find(std::string_view collection) const {
  const auto found = directory->find(collection);
  return found == directory->end() ? nullptr : found->second;
}

Result<PartitionRef> View::Ref(std::uint32_t slot) const {
  const PartitionSlot& found = Slot(slot);
  if (found.state != nullptr) return PartitionRef{found.partition, found.state};
  KALENDS_TRY([[maybe_unused]] const PartitionState* const state, found.opened->Get());
  return PartitionRef{found.partition, found.opened->Loaded()};
}

Result<const PartitionState*> View::State(std::uint32_t slot) const {
  const PartitionSlot& found = Slot(slot);
  if (found.state != nullptr) return found.state.get();
  return found.opened->Get();
}

}  // namespace kalends
