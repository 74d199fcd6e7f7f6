#pragma once

#include <memory>
#include <optional>

#include "engine/partition_reader.h"
#include "engine/view.h"
#include "query/find.h"

namespace kalends {

// The row whose id the filter names, where it matches: found through the indexes of ids, whatever the order.
class FindById : public FindExecutor::Walk {
 public:
  FindById(std::shared_ptr<const View> view, std::shared_ptr<const CollectionView> collection, IdHash id, FindPlan plan)
      : view_(std::move(view)), collection_(std::move(collection)), id_(id), plan_(std::move(plan)) {}

  Result<bool> Next(FindExecutor::Batch* batch) override;

 private:
  const std::shared_ptr<const View> view_;
  const std::shared_ptr<const CollectionView> collection_;
  const IdHash id_;
  const FindPlan plan_;
  std::optional<PartitionReader> reader_;
  bool is_done_ = false;
};

}  // namespace kalends
