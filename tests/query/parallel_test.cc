#include "query/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "format/errors.h"

namespace kalends {
namespace {

TEST(Parallel, DoesEachOnce) {
  for (const std::size_t threads : {0U, 1U, 2U, 7U}) {
    std::vector<std::atomic<int>> done(100);
    ASSERT_TRUE(ForEachInParallel(done.size(), threads, [&](std::size_t index) {
                  ++done[index];
                  return Status();
                }).ok());
    for (const auto& each : done) EXPECT_EQ(each, 1);
  }
  EXPECT_TRUE(ForEachInParallel(0, 4, [](std::size_t) { return Status(Corruption("not called")); }).ok());
}

TEST(Parallel, AnErrorEndsIt) {
  std::atomic<std::size_t> calls{0};
  const Status status = ForEachInParallel(100000, 3, [&](std::size_t index) -> Status {
    ++calls;
    if (index >= 10) return Corruption("at ", index);
    return {};
  });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kCorruption);
  EXPECT_LT(calls, 100000U);
}

}  // namespace
}  // namespace kalends
