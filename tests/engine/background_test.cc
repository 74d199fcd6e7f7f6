#include "engine/background.h"

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

}  // namespace
}  // namespace kalends
