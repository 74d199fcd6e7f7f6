#pragma once

#include <memory>

#include "engine/database_impl.h"
#include "kalends/collection.h"

namespace kalends {

// Collection::Update: finds, applies and commits; what someone else changed in between is looked at again.
Result<UpdateReport> UpdateDocuments(DatabaseImpl& database, const std::shared_ptr<CollectionState>& collection,
                                     const Query& query, const Document& update, const UpdateOptions& options,
                                     UpdateReport* report);

}  // namespace kalends
