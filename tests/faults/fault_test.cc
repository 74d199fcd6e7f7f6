// One piece of work, again and again; each time another of its file operations fails: once, as a bad sector does; for
// good, as a full disk does; or the power goes. Whatever happens, no call aborts, each call that fails says so, and
// after the fault is gone all that was acknowledged is there.
//
//   KALENDS_SEED=n   which operations of the default run fail (printed)
//   KALENDS_LONG=1   every one
//   KALENDS_OPERATION=n   only the n-th, to look at a failure
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/faults/child_role.h"
#include "tests/faults/fault_file_system.h"
#include "tests/faults/fault_workload.h"

// Of the whole program: what a power cut leaves is modelled by SyncedSizes, so that syncing costs time and shows
// nothing.
extern "C" int fsync(int /*file*/) { return 0; }
extern "C" int fdatasync(int /*file*/) { return 0; }

namespace kalends::faults {
namespace {

enum class Fault : std::uint32_t { kNone, kErrorOnce, kFullDisk, kPowerCut };

// What parent and child share. The child goes through the operations from `next` on.
struct Progress {
  Fault fault;
  bool only_changes;  // Reads, removals and closing pass.
  std::uint64_t step;
  std::uint64_t end;
  std::atomic<std::uint64_t> next;
  std::uint64_t operations;  // Of a run without faults.
  std::uint64_t runs;
  std::uint64_t failures;  // Runs in which an operation failed.
  char doing[256];
  char problem[4096];
  char directory[512];

  void Doing(const std::string& what) { doing[what.copy(doing, sizeof doing - 1)] = '\0'; }
};

bool Changes(const FileOperation& operation) {
  using Kind = FileOperation::Kind;
  return operation.kind != Kind::kRead && operation.kind != Kind::kDelete && operation.kind != Kind::kClose;
}

class Run {
 public:
  Run(Progress* progress, std::uint64_t nth) : progress_(*progress), directory_(progress->directory) {
    std::filesystem::remove_all(directory_);
    const FailNthOperation::Matches matches = [only = progress->only_changes](const FileOperation& operation) {
      return !only || Changes(operation);
    };
    switch (progress->fault) {
      case Fault::kNone:
        failing_ =
            std::make_shared<FailNthOperation>(0, rocksdb::IOStatus::OK(), FailNthOperation::Lasting::kOnce, matches);
        break;
      case Fault::kErrorOnce:
        failing_ = std::make_shared<FailNthOperation>(nth, rocksdb::IOStatus::IOError("injected"));
        break;
      case Fault::kFullDisk:
        failing_ = std::make_shared<FailNthOperation>(nth, rocksdb::IOStatus::NoSpace("injected"),
                                                      FailNthOperation::Lasting::kForGood, matches);
        break;
      case Fault::kPowerCut:
        failing_ = std::make_shared<FailNthOperation>(nth, rocksdb::IOStatus::IOError("injected"),
                                                      FailNthOperation::Lasting::kForGood);
        break;
    }
    observer_ = std::make_shared<ObserverChain>(std::vector<std::shared_ptr<FileObserver>>{failing_, sizes_});
  }

  // What is wrong; empty where all is right.
  std::string Go() {
    const Workload workload;
    if (Open()) {
      Do(workload.before);
      if (Close() && Open()) Do(workload.after);
      Close();
    }
    if (progress_.fault == Fault::kPowerCut) {
      sizes_->DropUnsynced();
      acceptable_.Add(lost_.states());
    }
    if (problem_.empty()) LookAfterwards();
    return problem_;
  }
  std::uint64_t operations() const { return failing_->operations(); }
  std::uint64_t failures() const { return failing_->failures(); }

 private:
  void Doing(const std::string& what) {
    progress_.Doing(failures() == 0 ? what : what + ", after failed " + failing_->first_failed());
  }
  void Problem(const std::string& what) {
    if (problem_.empty()) problem_ = std::string(progress_.doing) + ": " + what;
  }

  // A failure is expected where something was made to fail, and has something to say.
  void Expect(const Error& error) {
    if (failures() == 0) Problem("failed though nothing was wrong: " + error.message());
    if (error.message().size() < 10) Problem("an error without words");
  }

  bool Open() {
    Doing("open");
    DatabaseOptions options;
    options.create_if_missing = true;
    options.memory_bytes = std::size_t{16} << 20U;
    auto opened = OpenObserved(directory_, options, observer_);
    if (!opened.has_value()) {
      Expect(opened.error());
      return false;
    }
    database_ = std::move(*opened);
    Read("read after opening");
    return true;
  }

  bool Close() {
    if (database_ == nullptr) return false;
    Read("read before closing");
    Doing("close");
    const Status status = database_->Close();
    if (status.ok()) {
      lost_ = acceptable_;
    } else {
      Expect(status.error());
    }
    database_.reset();
    return true;
  }

  void Do(const std::vector<Workload::Step>& steps) {
    for (const Workload::Step& step : steps) {
      Doing(step.name);
      const bool power_is_gone = progress_.fault == Fault::kPowerCut && failures() > 0;
      const Result<bool> outcome = step.act(*database_);
      if (outcome.has_value()) {
        if (*outcome) acceptable_.Done(step.apply);
        if (step.is_synced) {
          lost_ = acceptable_;
        } else {
          lost_.Add(acceptable_.states());
        }
        continue;
      }
      Expect(outcome.error());
      // After a failed write what follows is refused before it is tried, as is what needs a collection that is not
      // there.
      if (power_is_gone || outcome.error().code() == ErrorCode::kNotFound ||
          outcome.error().message().find("an earlier write failed") != std::string::npos) {
        continue;
      }
      acceptable_.Failed(step.apply);
      lost_.Add(acceptable_.states());
    }
  }

  void Read(const std::string& what) {
    Doing(what);
    std::string problem;
    const auto found = ReadAll(*database_, &problem);
    if (!found.has_value()) return Expect(found.error());
    if (!problem.empty()) return Problem(problem);
    Compare(*found);
  }

  void Compare(const State& found) {
    if (acceptable_.Contains(found)) return;
    std::string text = "the database holds " + std::to_string(found.size()) + " documents, and may hold";
    for (const State& state : acceptable_.states()) text += " " + std::to_string(state.size());
    const State& expected = acceptable_.states().front();
    for (const auto& [id, document] : expected) {
      if (!found.contains(id)) text += ", lacks " + std::to_string(id);
    }
    for (const auto& [id, document] : found) {
      if (!expected.contains(id))
        text += ", has " + std::to_string(id);
      else if (expected.at(id) != document)
        text += ", differs in " + std::to_string(id);
    }
    Problem(text);
  }

  void LookAfterwards() {
    Doing("open without faults");
    DatabaseOptions options;
    options.create_if_missing = true;
    auto opened = Database::Open(directory_, options);
    if (!opened.has_value()) return Problem(opened.error().message());
    database_ = std::move(*opened);
    Doing("verify");
    std::string faults;
    const auto count = database_->Verify(true, [&faults](const kalends::Fault& fault) {
      faults += fault.partition + " " + fault.part + " " + fault.place + ": " + fault.problem + "; ";
    });
    if (!count.has_value()) return Problem(count.error().message());
    if (*count != 0) return Problem(faults);
    Doing("read without faults");
    std::string problem;
    const auto found = ReadAll(*database_, &problem);
    if (!found.has_value()) return Problem(found.error().message());
    if (!problem.empty()) return Problem(problem);
    Compare(*found);
    Doing("close without faults");
    if (const Status closed = database_->Close(); !closed.ok()) Problem(closed.error().message());
    database_.reset();
  }

  Progress& progress_;
  const std::string directory_;
  std::shared_ptr<FailNthOperation> failing_;
  const std::shared_ptr<SyncedSizes> sizes_ = std::make_shared<SyncedSizes>();
  std::shared_ptr<FileObserver> observer_;
  std::unique_ptr<Database> database_;
  Acceptable acceptable_;
  Acceptable lost_;  // What a power cut may leave: what is acceptable now or was since the last sync.
  std::string problem_;
};

const auto* const kRole = testing::AddGlobalTestEnvironment(new ChildRole("faults", [](const std::string& path) {
  const SharedMemory<Progress> progress(path);
  while (progress->next < progress->end) {
    Run run(&*progress, progress->next);
    const std::string problem = run.Go();
    if (!problem.empty()) {
      progress->problem[problem.copy(progress->problem, sizeof progress->problem - 1)] = '\0';
      return 3;
    }
    progress->operations = run.operations();
    ++progress->runs;
    if (run.failures() > 0) ++progress->failures;
    progress->next += progress->step;
  }
  return 0;
}));

class FaultTest : public testing::Test {
 protected:
  // Lets each `step`-th operation fail, each in a run of its own.
  void Go(Fault fault, std::uint64_t begin, std::uint64_t end, std::uint64_t step) {
    const std::string directory = evidence_ / "database";
    directory.copy(progress_->directory, sizeof progress_->directory - 1);
    progress_->fault = fault;
    progress_->step = step;
    progress_->end = end;
    progress_->next = begin;
    int problems = 0;
    while (progress_->next < end && problems < 5) {
      progress_->problem[0] = '\0';
      const pid_t child = StartChild("faults", progress_.path());
      ASSERT_GT(child, 0);
      const std::string ended = WatchChild(child);
      if (ended.empty()) break;
      ++problems;
      ADD_FAILURE() << "operation " << progress_->next << ": " << ended << ", doing: " << progress_->doing << "; "
                    << progress_->problem;
      std::filesystem::rename(directory, directory + "-" + std::to_string(progress_->next));
      progress_->next += step;
    }
  }
  // Waits for the child; one that hangs is killed.
  std::string WatchChild(pid_t child) {
    const auto hung_after = std::chrono::seconds(120);
    std::string doing;
    auto since = std::chrono::steady_clock::now();
    while (!HasEnded(child)) {
      const std::string now = std::to_string(progress_->next) + progress_->doing;
      if (now != doing) {
        doing = now;
        since = std::chrono::steady_clock::now();
      } else if (std::chrono::steady_clock::now() - since > hung_after) {
        kill(child, SIGKILL);
        return "hung; " + WaitForChild(child);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return WaitForChild(child);
  }
  std::uint64_t CountOperations() {
    Go(Fault::kNone, 0, 1, 1);
    return progress_->operations;
  }
  // The default run takes a sample, another one with each seed.
  void GoThroughAll(Fault fault, std::uint64_t sample) {
    progress_->only_changes = fault == Fault::kFullDisk;
    if (const char* only = std::getenv("KALENDS_OPERATION")) {
      const std::uint64_t nth = std::strtoull(only, nullptr, 10);
      return Go(fault, nth, nth + 1, 1);
    }
    const std::uint64_t operations = CountOperations();
    ASSERT_GT(operations, 300U);
    if (HasFailure()) return;
    const std::uint64_t step = IsLongRun() ? 1 : std::max<std::uint64_t>(operations / sample, 1);
    const std::uint64_t begin = 1 + TestSeed() % step;
    Go(fault, begin, operations + 1, step);
    std::printf("KALENDS_SEED=%llu: %llu operations, %llu runs, in %llu of them one failed\n",
                static_cast<unsigned long long>(TestSeed()), static_cast<unsigned long long>(operations),
                static_cast<unsigned long long>(progress_->runs - 1),
                static_cast<unsigned long long>(progress_->failures));
  }

  EvidenceDirectory evidence_;
  SharedMemory<Progress> progress_{evidence_ / "progress"};
};

TEST_F(FaultTest, AnOperationThatFailsOnceLosesNothingThatWasAcknowledged) { GoThroughAll(Fault::kErrorOnce, 20); }
TEST_F(FaultTest, AFullDiskLosesNothingThatWasAcknowledged) { GoThroughAll(Fault::kFullDisk, 20); }
TEST_F(FaultTest, APowerCutLeavesAllThatWasSyncedAndAPrefixOfTheRest) { GoThroughAll(Fault::kPowerCut, 20); }

}  // namespace
}  // namespace kalends::faults
