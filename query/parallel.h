#pragma once

#include <cstddef>
#include <functional>

#include "kalends/status.h"

namespace kalends {

// Calls work(index) for each index below `count`, on at most `threads` threads, of which this is one. Once an error was
// met no more is begun; of several errors that of the least index is returned.
Status ForEachInParallel(std::size_t count, std::size_t threads, const std::function<Status(std::size_t)>& work);

}  // namespace kalends
