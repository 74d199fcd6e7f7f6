// The parsing cases of JSONTestSuite and the big list of naughty strings, which are not part of this repository: y_
// must be accepted, n_ refused, i_ (left open by the standard) may be either.
#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "format/json_reader.h"

namespace kalends {
namespace {

using Files = std::map<std::string, std::string>;

std::string TestDataPath() {
  const char* const path = std::getenv("KALENDS_TEST_DATA");
  return path != nullptr ? path : KALENDS_SOURCE_DIR "/../shared";
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

std::string Decompress(const std::string& compressed) {
  std::string plain(std::size_t{16} << 20U, '\0');
  const std::size_t size = ZSTD_decompress(plain.data(), plain.size(), compressed.data(), compressed.size());
  EXPECT_FALSE(ZSTD_isError(size)) << ZSTD_getErrorName(size);
  plain.resize(ZSTD_isError(size) != 0U ? 0 : size);
  return plain;
}

// The plain files of a tar archive, by their name without folders.
Files FilesOfTar(const std::string& tar) {
  constexpr std::size_t kBlock = 512;
  Files files;
  for (std::size_t at = 0; at + kBlock <= tar.size() && tar[at] != '\0';) {
    const std::string path = tar.substr(at, 100).c_str();
    const std::size_t size = std::strtoull(tar.substr(at + 124, 12).c_str(), nullptr, 8);
    const char kind = tar[at + 156];
    if (kind == '0' || kind == '\0') files[path.substr(path.rfind('/') + 1)] = tar.substr(at + kBlock, size);
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
  return files;
}

class JsonTorture : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = TestDataPath() + "/suites/json/json-torture.tar.zst";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there; set KALENDS_TEST_DATA";
    files_ = FilesOfTar(Decompress(ReadFile(path)));
  }

  Files files_;
  JsonReader reader_;
};

TEST_F(JsonTorture, AcceptsRefusesAndReadsBackWhatItAccepts) {
  int accepted = 0;
  int refused = 0;
  for (const auto& [name, json] : files_) {
    if (!name.ends_with(".json")) continue;
    Arena arena;
    const Result<Value> value = reader_.Read(json, arena);
    const char kind = name.starts_with("y_") ? 'y' : name.starts_with("n_") ? 'n' : 'i';
    if (kind != 'i') {
      EXPECT_EQ(value.has_value(), kind == 'y') << name;
    }
    accepted += kind == 'y' ? 1 : 0;
    refused += kind == 'n' ? 1 : 0;
    if (!value) {
      EXPECT_NE(value.error().message().find("byte "), std::string::npos) << name << ": " << value.error().message();
      continue;
    }
    for (const JsonStyle style : {JsonStyle::kRelaxed, JsonStyle::kCanonical}) {
      const Result<Value> again = reader_.Read(ToJson(*value, style), arena);
      ASSERT_TRUE(again.has_value()) << name << ": " << again.error().message();
      EXPECT_TRUE(Identical(*again, *value)) << name;
    }
  }
  EXPECT_GT(accepted, 90);
  EXPECT_GT(refused, 180);
}

TEST_F(JsonTorture, NaughtyStringsKeepEveryByte) {
  ASSERT_TRUE(files_.contains("blns.json"));
  Arena arena;
  const Result<Value> list = reader_.Read(files_["blns.json"], arena);
  ASSERT_TRUE(list.has_value()) << list.error().message();
  ASSERT_GT(list->elements().size(), 400U);
  for (const Value& element : list->elements()) {
    const Field field[] = {{element.as_string(), element}};
    const Result<Value> again = reader_.ReadObject(ToJson(Value::Object(field)), arena);
    ASSERT_TRUE(again.has_value()) << again.error().message();
    EXPECT_TRUE(Identical(*again, Value::Object(field)));
  }
}

}  // namespace
}  // namespace kalends
