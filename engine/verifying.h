#pragma once

#include <functional>

#include "engine/database_impl.h"
#include "kalends/database.h"

namespace kalends {

Result<std::uint64_t> VerifyDatabase(DatabaseImpl& database, bool deep,
                                     const std::function<void(const Fault&)>& on_fault, const CallOptions& call);

}  // namespace kalends
