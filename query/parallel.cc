#include "query/parallel.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

#include "format/errors.h"

namespace kalends {

Status ForEachInParallel(std::size_t count, std::size_t threads, const std::function<Status(std::size_t)>& work) {
  std::vector<Status> results(count);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> has_failed{false};
  const auto run = [&] {
    for (std::size_t index = next++; index < count && !has_failed; index = next++) {
      results[index] = work(index);
      if (!results[index].ok()) has_failed = true;
    }
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(threads, count); ++i) {
    try {
      others.emplace_back(run);
    } catch (const std::system_error&) {
      break;  // No more threads are to be had: those there are do it.
    }
  }
  run();
  for (std::thread& other : others) other.join();
  for (const Status& result : results) KALENDS_RETURN_IF_ERROR(result);
  return {};
}

}  // namespace kalends
