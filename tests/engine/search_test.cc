// Full text in the life of a collection against a model (text_model.h) that shares no code with it. KALENDS_SEED
// repeats one run.
#include "kalends/search.h"

#include "engine/compacting.h"
#include "tests/engine/text_trial.h"

namespace kalends {
namespace {

using text_model::ForSeeds;
using text_model::Random;
using text_model::Trial;

text_model::Spec RandomSpec(Random& random) {
  text_model::Spec spec;
  if (random.OneIn(3)) spec.fields = {"title", "body", "user"};
  spec.exclude = {"body.secret"};
  spec.indexes = {"user"};
  if (random.OneIn(3)) spec.indexes.emplace_back("tags");
  if (random.OneIn(2)) spec.language = "english";
  return spec;
}

void Live(Random& random, Trial& trial) {
  trial.Insert(20 + random.Below(40));
  const std::uint32_t steps = 20;
  for (std::uint32_t step = 0; step < steps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    trial.Insert(1 + random.Below(8));
    for (std::uint32_t i = random.Below(4); i > 0; --i) trial.Change();
    if (random.OneIn(4)) trial.ChangeFound();
    if (random.OneIn(3)) trial.Seal();
    if (random.OneIn(12)) (void)Must(CompactDatabase(trial.database().impl(), "things", {}));
    if (random.OneIn(12)) trial.Reopen();
    for (int i = 0; i < 8; ++i) trial.Ask(trial.Make());
    for (int i = 0; i < 2; ++i) trial.AskScores(trial.Make());
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_EQ(trial.database().Faults(), "");
  EXPECT_GT(trial.found(), 50);  // Questions that find all or nothing would tell no fault.
}

TEST(Search, IsAnsweredAsTheModelDoes) {
  ForSeeds(IsLongRun() ? 200 : 4, [](Random& random) {
    Trial trial(random, RandomSpec(random), random.OneIn(2));
    Live(random, trial);
  });
}

TEST(Search, IsAnsweredByMergedSegmentsAsTheModelDoes) {
  ForSeeds(IsLongRun() ? 20 : 1, [](Random& random) {
    Trial trial(random, RandomSpec(random), true);
    for (int seal = 0; seal < 24; ++seal) {
      trial.Insert(2 + random.Below(8));
      if (random.OneIn(3)) trial.Change();
      trial.Seal();
    }
    ASSERT_LT(trial.database().Partition("things").state->segments->size(), 16U);
    for (int i = 0; i < 100; ++i) trial.Ask(trial.Make());
    for (int i = 0; i < 20; ++i) trial.AskScores(trial.Make());
    EXPECT_EQ(trial.database().Faults(), "");
  });
}

}  // namespace
}  // namespace kalends
