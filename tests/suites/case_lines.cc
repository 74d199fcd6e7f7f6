#include "suites/case_lines.h"

#include <zstd.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>

#include "format/errors.h"

namespace kalends::suites {
namespace {

constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

// By streaming, as the file need not say how long its content is, and may have several frames.
Result<std::string> Decompress(std::string_view compressed) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  std::string text;
  std::string buffer(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer input{compressed.data(), compressed.size(), 0};
  std::size_t left = 1;  // 0 where a frame ends.
  while (true) {
    ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
    left = ZSTD_decompressStream(context.get(), &output, &input);
    if (ZSTD_isError(left) != 0) return Corruption("zstd: ", ZSTD_getErrorName(left));
    text.append(buffer, 0, output.pos);
    if (input.pos == input.size && output.pos < output.size) break;
  }
  if (left != 0) return Corruption("zstd: the file ends inside a frame");
  return text;
}

std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

}  // namespace

Result<std::vector<std::string>> ReadCaseLines(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return NotFound(path, ": cannot be opened");
  const std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!content.starts_with(kZstdMagic)) return Split(content);
  const Result<std::string> text = Decompress(content);
  if (!text.has_value()) return WithContext(path, text.error());
  return Split(*text);
}

}  // namespace kalends::suites
