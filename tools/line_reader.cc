#include "tools/line_reader.h"

#include <algorithm>
#include <cstring>

#include "kalends/limits.h"

namespace kalends {
namespace {

constexpr std::size_t kBufferBytes = 1U << 20U;
constexpr std::size_t kLineBytesMax = kDocumentBytesMax + 2;  // Room for `\r`, and one byte that makes it too long.

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteSource> source, LineEnds ends)
    : source_(std::move(source)), ends_(ends), buffer_(kBufferBytes) {}

Status LineReader::ReadMore() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  auto bytes = source_->Read(buffer_.data() + end_, buffer_.size() - end_);
  if (!bytes) return bytes.error();
  at_end_ = *bytes == 0;
  end_ += *bytes;
  return {};
}

Status LineReader::SkipRestOfCutLine() {
  while (skipping_) {
    const void* newline = std::memchr(buffer_.data() + begin_, '\n', end_ - begin_);
    if (newline != nullptr) {
      begin_ = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.data()) + 1;
      skipping_ = false;
    } else {
      begin_ = end_;
      if (at_end_) {
        skipping_ = false;
      } else if (Status status = ReadMore(); !status.ok()) {
        return status;
      }
    }
  }
  return {};
}

Result<bool> LineReader::Next(std::string_view* line, std::uint64_t* number) {
  if (Status status = SkipRestOfCutLine(); !status.ok()) return status.error();
  std::size_t searched = 0;
  while (true) {
    const char* data = buffer_.data() + begin_;
    const std::size_t size = end_ - begin_;
    const void* newline = std::memchr(data + searched, '\n', size - searched);
    searched = size;
    std::size_t length = size;
    if (newline != nullptr) {
      length = static_cast<std::size_t>(static_cast<const char*>(newline) - data);
      begin_ += length + 1;
    } else if (size > kLineBytesMax) {
      begin_ += size;
      skipping_ = true;
    } else if (at_end_) {
      if (size == 0) return false;
      begin_ = end_;
    } else {
      if (Status status = ReadMore(); !status.ok()) return status.error();
      continue;
    }
    *line = std::string_view(data, std::min(length, kLineBytesMax));
    if (lines_ == 0 && line->starts_with("\xEF\xBB\xBF")) line->remove_prefix(3);
    if (ends_ == LineEnds::kDropped && line->ends_with('\r')) line->remove_suffix(1);
    *number = ++lines_;
    return true;
  }
}

}  // namespace kalends
