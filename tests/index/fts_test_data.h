#pragma once

#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace kalends {

// Data for full text, which are not part of this repository: the folder is named by KALENDS_TEST_DATA.
inline std::string FtsDataPath(const std::string& name) {
  const char* const folder = std::getenv("KALENDS_TEST_DATA");
  return std::string(folder != nullptr ? folder : KALENDS_SOURCE_DIR "/../shared") + "/data/fts/" + name;
}

// The files of an archive (.tar.zst) by name; none where it is absent or broken.
inline std::map<std::string, std::string> FilesOfArchive(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  const std::string compressed = std::move(bytes).str();
  std::string tar(std::size_t{16} << 20U, '\0');
  const std::size_t size = ZSTD_decompress(tar.data(), tar.size(), compressed.data(), compressed.size());
  std::map<std::string, std::string> files;
  if (ZSTD_isError(size) != 0U) return files;
  tar.resize(size);
  constexpr std::size_t kBlock = 512;
  for (std::size_t at = 0; at + kBlock <= tar.size() && tar[at] != '\0';) {
    const std::string name = tar.substr(at, 100).c_str();
    const std::size_t length = std::strtoull(tar.substr(at + 124, 12).c_str(), nullptr, 8);
    files[name] = tar.substr(at + kBlock, length);
    at += kBlock + (length + kBlock - 1) / kBlock * kBlock;
  }
  return files;
}

// The cases of splitting and stemming.
inline std::string TextCasesPath() { return FtsDataPath("stemming-tokenizing.tar.zst"); }
inline std::map<std::string, std::string> TextCases() { return FilesOfArchive(TextCasesPath()); }

}  // namespace kalends
