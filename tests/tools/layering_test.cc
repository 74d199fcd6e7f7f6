// The floors are held one-directional: a file includes its own floor and those below it. RocksDB is known to the engine
// alone, and no third-party header shows in a public one.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = KALENDS_SOURCE_DIR;

// What the files of a floor may include, beside the standard library and third parties.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"include/kalends", {"kalends"}},
    {"format", {"kalends", "format"}},
    {"index", {"kalends", "format", "index"}},
    {"query", {"kalends", "format", "index", "query"}},
    {"engine", {"kalends", "format", "index", "query", "engine"}},
    {"tools", {"kalends", "tools"}},
};

struct Include {
  std::string file;
  int line;
  std::string target;
  bool is_quoted;
};

std::vector<Include> IncludesOf(const std::string& floor) {
  std::vector<Include> includes;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / floor)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".h" && path.extension() != ".cc") continue;
    std::ifstream file(path);
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      if (!line.starts_with("#include ")) continue;
      const std::size_t begin = line.find_first_of("<\"");
      const std::size_t end = line.find_last_of(">\"");
      if (begin == std::string::npos || end <= begin) continue;
      includes.push_back(
          {fs::relative(path, kRoot).string(), number, line.substr(begin + 1, end - begin - 1), line[begin] == '"'});
    }
  }
  return includes;
}

std::string FolderOf(const std::string& target) { return target.substr(0, target.find('/')); }

TEST(Layering, EachFloorIncludesOnlyItselfAndThoseBelow) {
  for (const auto& [floor, allowed] : kMayInclude) {
    const auto includes = IncludesOf(floor);
    EXPECT_FALSE(includes.empty()) << floor;
    for (const Include& include : includes) {
      if (!include.is_quoted) continue;
      EXPECT_TRUE(allowed.contains(FolderOf(include.target))) << include.file << ":" << include.line << " includes \""
                                                              << include.target << "\", which is not below " << floor;
    }
  }
}

TEST(Layering, OwnHeadersAreIncludedWithQuotesAndFromTheRoot) {
  for (const auto& [floor, allowed] : kMayInclude) {
    for (const Include& include : IncludesOf(floor)) {
      if (!include.is_quoted) {
        EXPECT_FALSE(kMayInclude.contains(FolderOf(include.target)) || FolderOf(include.target) == "kalends")
            << include.file << ":" << include.line << " includes <" << include.target << ">";
      } else {
        EXPECT_NE(include.target.find('/'), std::string::npos)
            << include.file << ":" << include.line << " includes \"" << include.target << "\" without its folder";
      }
    }
  }
}

TEST(Layering, RocksDbIsKnownToTheEngineAlone) {
  for (const auto& [floor, allowed] : kMayInclude) {
    if (floor == "engine") continue;
    for (const Include& include : IncludesOf(floor)) {
      EXPECT_NE(FolderOf(include.target), "rocksdb") << include.file << ":" << include.line;
    }
  }
}

TEST(Layering, PublicHeadersShowNoThirdParty) {
  for (const Include& include : IncludesOf("include/kalends")) {
    if (include.is_quoted) continue;
    EXPECT_EQ(include.target.find_first_of("./"), std::string::npos)
        << include.file << ":" << include.line << " includes <" << include.target
        << ">, which is not of the standard library";
  }
}

}  // namespace
