// A database on a bad disk: one bit of one file is flipped, or a log is cut, zeroed or gone. Whoever asks then is told,
// or gets the right answer; never a wrong one. What a log has lost at its end, as a crash leaves it, is told too, and
// what is left are the commits before it.
#include <gtest/gtest.h>

#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/faults/child_role.h"
#include "tests/faults/fault_workload.h"

namespace kalends::faults {
namespace {

namespace fs = std::filesystem;

// What parent and child share: the child looks at the database in `directory`, which may end it.
struct Look {
  char directory[512];
  bool may_be_a_prefix;  // Where it was told that the log lost its end,
  bool may_be_untold;    // or was not: of a log that ends between two records nobody knows that it was longer.
  char outcome[64];      // "right", "told", "prefix": as it should be; else what is wrong.
  char words[4096];
};

// All states that the database went through, and the last one.
std::vector<State> StatesOf(const Workload& workload) {
  std::vector<State> states = {State()};
  for (const auto* steps : {&workload.before, &workload.after}) {
    for (const Workload::Step& step : *steps) {
      states.push_back(states.back());
      step.apply(states.back());
    }
  }
  return states;
}

// Each call that fails must have something to say. `told` is set where an event spoke of a loss.
std::string LookAt(const Look& look, std::string* words) {
  bool told = false;
  DatabaseOptions options;
  options.on_event = [&](const std::string& event) {
    *words += event + "; ";
    told = told || event.find("log") != std::string::npos;
  };
  auto opened = Database::Open(look.directory, options);
  if (!opened.has_value()) {
    *words += opened.error().message();
    return opened.error().message().size() > 10 ? "told" : "an error without words";
  }
  std::string problem;
  const auto found = ReadAll(**opened, &problem);
  if (!found.has_value()) *words += found.error().message();
  if (!problem.empty()) {
    *words += problem;
    return "answers that disagree";
  }
  std::uint64_t faults = 0;
  const auto verified = (*opened)->Verify(true, [&](const Fault& fault) {
    ++faults;
    *words += fault.partition + " " + fault.part + " " + fault.place + ": " + fault.problem + "; ";
  });
  if (!verified.has_value()) *words += verified.error().message();
  if (!found.has_value()) return "told";
  const std::vector<State> states = StatesOf(Workload());
  if (*found == states.back()) return faults > 0 || !verified.has_value() ? "told" : "right";
  if (look.may_be_a_prefix && (told || look.may_be_untold) &&
      std::find(states.begin(), states.end(), *found) != states.end())
    return "prefix";
  *words += "; it holds " + std::to_string(found->size()) + " of " + std::to_string(states.back().size()) +
            " documents; faults: " + std::to_string(faults);
  return "a wrong answer";
}

const auto* const kRole = testing::AddGlobalTestEnvironment(new ChildRole("damage", [](const std::string& path) {
  const SharedMemory<Look> look(path);
  std::string words;
  const std::string outcome = LookAt(*look, &words);
  look->words[words.copy(look->words, sizeof look->words - 1)] = '\0';
  look->outcome[outcome.copy(look->outcome, sizeof look->outcome - 1)] = '\0';
  return 0;
}));

class DamageTest : public testing::Test {
 protected:
  // The work, closed in between, so that some of it is in files and some in a log.
  void SetUp() override {
    const Workload workload;
    for (const auto* steps : {&workload.before, &workload.after}) {
      DatabaseOptions options;
      options.create_if_missing = true;
      options.memory_bytes = std::size_t{16} << 20U;
      auto database = Database::Open(good_, options);
      ASSERT_TRUE(database.has_value()) << database.error().message();
      for (const Workload::Step& step : *steps) {
        const auto done = step.act(**database);
        ASSERT_TRUE(done.has_value()) << step.name << ": " << done.error().message();
      }
      ASSERT_TRUE((*database)->Close().ok());
    }
    const std::string directory = evidence_ / "bad";
    directory.copy(look_->directory, sizeof look_->directory - 1);
  }

  // Flushes all families of the good database, so that each has a file, and lists the files.
  std::vector<rocksdb::LiveFileMetaData> TableFiles() {
    rocksdb::DBOptions options;
    std::vector<std::string> names;
    EXPECT_TRUE(rocksdb::DB::ListColumnFamilies(options, good_ + "/rocksdb", &names).ok());
    rocksdb::ColumnFamilyOptions family_options;
    family_options.disable_auto_compactions = true;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) families.emplace_back(name, family_options);
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, good_ + "/rocksdb", families, &handles, &opened);
    EXPECT_TRUE(status.ok()) << status.ToString();
    std::vector<rocksdb::LiveFileMetaData> files;
    if (!status.ok()) return files;
    const std::unique_ptr<rocksdb::DB> db(opened);
    EXPECT_TRUE(db->Flush(rocksdb::FlushOptions(), handles).ok());
    db->GetLiveFilesMetaData(&files);
    for (rocksdb::ColumnFamilyHandle* handle : handles) EXPECT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    return files;
  }

  // Damages a copy of the database and looks at it in a child.
  std::string Outcome(const std::string& what, const std::function<void(const std::string& directory)>& damage,
                      bool may_be_a_prefix, bool may_be_untold = false) {
    fs::remove_all(look_->directory);
    fs::copy(good_, look_->directory, fs::copy_options::recursive);
    damage(look_->directory);
    look_->may_be_a_prefix = may_be_a_prefix;
    look_->may_be_untold = may_be_untold;
    look_->outcome[0] = look_->words[0] = '\0';
    const pid_t child = StartChild("damage", look_.path());
    const std::string ended = WaitForChild(child);
    const std::string outcome = ended.empty() ? look_->outcome : ended;
    if (outcome != "right" && outcome != "told" && outcome != "prefix")
      ADD_FAILURE() << what << ": " << outcome << ": " << look_->words;
    return outcome;
  }

  static void FlipBit(const std::string& path, std::uint64_t at, int bit) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ (1 << bit)));
  }

  // Flips single bits of a file: the first and last bytes, and some between.
  void FlipBitsOf(const std::string& name) {
    std::mt19937_64 random(TestSeed());
    const std::uint64_t bytes = fs::file_size(good_ + "/" + name);
    if (bytes == 0) return;
    std::set<std::uint64_t> places = {0, bytes - 1};
    const std::size_t count = IsLongRun() ? 100 : 8;
    while (places.size() < std::min<std::uint64_t>(count, bytes)) places.insert(random() % bytes);
    std::map<std::string, int> outcomes;
    for (const std::uint64_t place : places) {
      const int bit = static_cast<int>(random() % 8);
      const std::string what = name + " byte " + std::to_string(place) + " bit " + std::to_string(bit);
      ++outcomes[Outcome(
          what, [&](const std::string& directory) { FlipBit(directory + "/" + name, place, bit); },
          name.ends_with(".log"))];
    }
    std::string text = name + ":";
    for (const auto& [outcome, times] : outcomes) text += " " + outcome + " " + std::to_string(times);
    std::printf("%s\n", text.c_str());
  }

  std::vector<std::string> FilesOf(const std::string& end) const {
    std::vector<std::string> files;
    for (const auto& file : fs::directory_iterator(good_ + "/rocksdb")) {
      const std::string name = file.path().filename().string();
      if (name.ends_with(end) || (end.ends_with("-") && name.starts_with(end))) files.push_back("rocksdb/" + name);
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  EvidenceDirectory evidence_;
  const std::string good_ = evidence_ / "good";
  SharedMemory<Look> look_{evidence_ / "look"};
};

TEST_F(DamageTest, AFlippedBitOfATableFileIsToldOrDoesNoHarm) {
  // One file of each kind of family.
  std::map<std::string, std::string> file_of_kind;
  for (const auto& file : TableFiles()) {
    const auto dot = file.column_family_name.find('.');
    file_of_kind[dot == std::string::npos ? (file.column_family_name == "catalog" ? "catalog" : "rows")
                                          : file.column_family_name.substr(dot)] = file.name;
  }
  for (const char* kind : {"catalog", "rows", ".state", ".index", ".columns"}) {
    ASSERT_TRUE(file_of_kind.contains(kind)) << kind;
    std::printf("%s: ", kind);
    FlipBitsOf("rocksdb" + file_of_kind[kind]);
  }
}

TEST_F(DamageTest, AFlippedBitOfTheOtherFilesIsToldOrDoesNoHarm) {
  FlipBitsOf("KALENDS");
  FlipBitsOf("rocksdb/CURRENT");
  for (const std::string& manifest : FilesOf("MANIFEST-")) FlipBitsOf(manifest);
  ASSERT_FALSE(FilesOf(".log").empty());
  for (const std::string& log : FilesOf(".log")) FlipBitsOf(log);
}

TEST_F(DamageTest, ALogThatLostItsEndIsToldAndLeavesThePrefix) {
  std::mt19937_64 random(TestSeed());
  const std::string log = FilesOf(".log").back();
  const std::uint64_t bytes = fs::file_size(good_ + "/" + log);
  ASSERT_GT(bytes, 1000U);
  for (int i = 0; i < (IsLongRun() ? 200 : 8); ++i) {
    const std::uint64_t place = random() % bytes;
    Outcome(
        "cut at " + std::to_string(place),
        [&](const std::string& directory) { fs::resize_file(directory + "/" + log, place); }, true, true);
    Outcome(
        "zeroed from " + std::to_string(place),
        [&](const std::string& directory) {
          fs::resize_file(directory + "/" + log, place);
          fs::resize_file(directory + "/" + log, bytes);
        },
        true, true);
  }
}

TEST_F(DamageTest, ARemovedFileIsTold) {
  std::vector<std::string> names = {"KALENDS", "rocksdb/CURRENT"};
  for (const std::string& name : FilesOf("MANIFEST-")) names.push_back(name);
  for (const std::string& name : FilesOf(".sst")) names.push_back(name);
  // Of the logs all but the newest: that there was another one nobody knows.
  std::vector<std::string> logs = FilesOf(".log");
  logs.pop_back();
  names.insert(names.end(), logs.begin(), logs.end());
  for (const std::string& name : names) {
    EXPECT_NE(Outcome(
                  "without " + name, [&](const std::string& directory) { fs::remove(directory + "/" + name); }, false),
              "prefix")
        << name;
  }
}

}  // namespace
}  // namespace kalends::faults
