#pragma once

#include <memory>

#include "engine/view.h"
#include "kalends/collection.h"

namespace kalends {

// Collection::Fields.
Result<FieldsReport> FieldsOf(const std::shared_ptr<const View>& view, const CollectionView& collection,
                              const CallOptions& call);

}  // namespace kalends
