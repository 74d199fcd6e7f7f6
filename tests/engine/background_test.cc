#include "engine/background.h"
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "format/errors.h"
#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

TEST(Background, DoesAJobForOneWhoWaits) {
  Background background([](const std::string&) {}, [] {});
  background.Start();
  std::string order;
  background.Add("first", [&order]() -> Status {
    order += "first ";
    return {};
  });
  Must(background.Do([&order]() -> Status {
    order += "second";
    return {};
  }));
  EXPECT_EQ(order, "first second");
}

TEST(Background, AnErrorOfSuchAJobIsTheWaitersAlone) {
  Background background([](const std::string& told) { ADD_FAILURE() << told; }, [] {});
  background.Start();
  EXPECT_TRUE(Fails(background.Do([]() -> Status { return Corruption("broken"); }), ErrorCode::kCorruption, "broken"));
  EXPECT_TRUE(background.TakeError().ok());
}

TEST(Background, AStoppedOneRefuses) {
  Background background([](const std::string&) {}, [] {});
  background.Start();
  background.Stop();
  EXPECT_TRUE(Fails(background.Do([]() -> Status { return {}; }), ErrorCode::kCancelled, "closed"));
}

TEST(Background, WhoWaitsMayAddJobsWhileHeLooks) {
  Background background([](const std::string&) {}, [] {});
  background.Start();
  std::atomic<int> done{0};
  for (int i = 0; i < 3; ++i) {
    background.Add("waiting", [&done]() -> Status {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      ++done;
      return {};
    });
  }
  int looks = 0;
  background.WaitFor(
      [&] {
        // As where a view goes that held superseded segments.
        background.Add("added", []() -> Status { return {}; });
        ++looks;
        return done.load() == 3;
      },
      std::nullopt);
  EXPECT_EQ(done.load(), 3);
  EXPECT_GE(looks, 2);
  background.WaitFor([] { return false; }, std::chrono::milliseconds(1));
}

}  // namespace
}  // namespace kalends
