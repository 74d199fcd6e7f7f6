#include "tools/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

namespace kalends {
namespace {

constexpr std::size_t kReadBytes = 256U << 10U;
constexpr int kCancelPollMs = 200;

// A file with the bytes that were read from it and not yet used.
class RawFile {
 public:
  RawFile(std::string path, const CancelFlag& cancel, std::atomic<std::uint64_t>* stored_bytes)
      : name_(path == "-" ? "standard input" : std::move(path)), cancel_(cancel), stored_bytes_(stored_bytes) {}
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  ~RawFile() {
    if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
  }

  Status Open(const std::string& path) {
    descriptor_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status = {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) return SystemError("cannot be opened");
    if (S_ISDIR(status.st_mode)) {
      errno = EISDIR;
      return SystemError("cannot be read");
    }
    may_wait_ = !S_ISREG(status.st_mode);
    buffer_.resize(kReadBytes);
    return {};
  }

  // What was read and not used.
  std::string_view unused() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void Use(std::size_t bytes) { begin_ += bytes; }

  // Reads more behind the unused bytes; false at the end of the file.
  Result<bool> ReadMore() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    auto bytes = ReadInto(buffer_.data() + end_, buffer_.size() - end_);
    if (!bytes) return bytes.error();
    end_ += *bytes;
    return *bytes > 0;
  }

  Result<std::size_t> ReadInto(char* target, std::size_t size) {
    while (true) {
      if (cancel_.IsCancelled()) return Error(ErrorCode::kCancelled, name_ + ": reading was interrupted");
      if (may_wait_) {
        // The signal may arrive in another thread, and would not end a read that waits for a pipe.
        pollfd waiting = {descriptor_, POLLIN, 0};
        if (::poll(&waiting, 1, kCancelPollMs) == 0) continue;
      }
      const ssize_t bytes = ::read(descriptor_, target, size);
      if (bytes >= 0) {
        stored_bytes_->fetch_add(static_cast<std::uint64_t>(bytes), std::memory_order_relaxed);
        bytes_read_ += static_cast<std::uint64_t>(bytes);
        return static_cast<std::size_t>(bytes);
      }
      if (errno != EINTR) return SystemError("cannot be read at byte " + std::to_string(bytes_read_));
    }
  }

  Error Damaged(const char* format, const std::string& problem) const {
    return {ErrorCode::kInvalidArgument, name_ + ": the " + format + " data is damaged before byte " +
                                             std::to_string(bytes_read_ - unused().size()) + ": " + problem};
  }

 private:
  Error SystemError(const std::string& what) const {
    return {errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIoError,
            name_ + " " + what + ": " + std::strerror(errno)};
  }

  std::string name_;
  const CancelFlag& cancel_;
  std::atomic<std::uint64_t>* stored_bytes_;
  int descriptor_ = -1;
  bool may_wait_ = false;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t bytes_read_ = 0;
};

class PlainSource : public ByteSource {
 public:
  explicit PlainSource(std::unique_ptr<RawFile> file) : file_(std::move(file)) {}
  Result<std::size_t> Read(char* buffer, std::size_t size) override {
    const std::string_view unused = file_->unused();
    if (unused.empty()) return file_->ReadInto(buffer, size);
    const std::size_t bytes = std::min(size, unused.size());
    std::memcpy(buffer, unused.data(), bytes);
    file_->Use(bytes);
    return bytes;
  }

 private:
  std::unique_ptr<RawFile> file_;
};

// One or more gzip members, one after the other.
class GzipSource : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<RawFile> file) : file_(std::move(file)) {
    inflateInit2(&stream_, 16 + MAX_WBITS);  // 16: gzip alone.
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  Result<std::size_t> Read(char* buffer, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1U << 30U));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      if (file_->unused().empty()) {
        auto more = file_->ReadMore();
        if (!more) return more.error();
        if (!*more) {
          if (in_member_) return file_->Damaged("gzip", "it is cut short");
          return std::size_t{0};
        }
      }
      if (!in_member_) {
        inflateReset(&stream_);
        in_member_ = true;
      }
      const std::string_view unused = file_->unused();
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(unused.data()));
      stream_.avail_in = static_cast<uInt>(unused.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      file_->Use(unused.size() - stream_.avail_in);
      if (code == Z_STREAM_END) {
        in_member_ = false;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return file_->Damaged("gzip", stream_.msg == nullptr ? "unknown" : stream_.msg);
      }
    }
    return std::size_t{room - stream_.avail_out};
  }

 private:
  std::unique_ptr<RawFile> file_;
  z_stream stream_ = {};
  bool in_member_ = true;
};

// One or more zstd frames, one after the other.
class ZstdSource : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<RawFile> file) : file_(std::move(file)), stream_(ZSTD_createDStream()) {
    // Files made with `zstd --long` up to 2 GiB of window.
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, 31);
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }

  Result<std::size_t> Read(char* buffer, std::size_t size) override {
    ZSTD_outBuffer output = {buffer, size, 0};
    while (output.pos == 0) {
      ZSTD_inBuffer input = {file_->unused().data(), file_->unused().size(), 0};
      // Called without input too: the decoder may hold bytes for which the last buffer had no room.
      const std::size_t hint = ZSTD_decompressStream(stream_, &output, &input);
      if (ZSTD_isError(hint) != 0) return file_->Damaged("zstd", ZSTD_getErrorName(hint));
      file_->Use(input.pos);
      if (input.pos > 0 || output.pos > 0) in_frame_ = hint != 0;
      if (output.pos > 0 || !file_->unused().empty()) continue;
      auto more = file_->ReadMore();
      if (!more) return more.error();
      if (!*more) {
        if (in_frame_) return file_->Damaged("zstd", "it is cut short");
        return std::size_t{0};
      }
    }
    return output.pos;
  }

 private:
  std::unique_ptr<RawFile> file_;
  ZSTD_DStream* stream_;
  bool in_frame_ = false;
};

bool IsZstd(std::string_view bytes) {
  if (bytes.size() < 4) return false;
  const std::string_view magic = bytes.substr(0, 4);
  const bool is_skippable_frame =
      (static_cast<unsigned char>(magic[0]) & 0xF0U) == 0x50 && magic.substr(1) == "\x2A\x4D\x18";
  return magic == "\x28\xB5\x2F\xFD" || is_skippable_frame;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path, const CancelFlag& cancel,
                                                   std::atomic<std::uint64_t>* stored_bytes) {
  auto file = std::make_unique<RawFile>(path, cancel, stored_bytes);
  if (Status status = file->Open(path); !status.ok()) return status.error();
  while (file->unused().size() < 4) {
    auto more = file->ReadMore();
    if (!more) return more.error();
    if (!*more) break;
  }
  const std::string_view head = file->unused();
  if (head.starts_with("\x1F\x8B")) return std::unique_ptr<ByteSource>(std::make_unique<GzipSource>(std::move(file)));
  if (IsZstd(head)) return std::unique_ptr<ByteSource>(std::make_unique<ZstdSource>(std::move(file)));
  return std::unique_ptr<ByteSource>(std::make_unique<PlainSource>(std::move(file)));
}

}  // namespace kalends
