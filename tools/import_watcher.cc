#include "tools/import_watcher.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>

#include "tools/signal.h"
#include "tools/text.h"

namespace kalends {
namespace {

constexpr std::uint64_t kRejectsToldMax = 10;
constexpr std::size_t kTextBytesMax = 1U << 20U;  // Of a refused line in the error file.

}  // namespace

ImportWatcher::ImportWatcher(Session& session, ImportSource& source, bool acknowledge, OnError on_error)
    : session_(session),
      source_(source),
      acknowledge_(acknowledge),
      on_error_(on_error),
      bytes_total_(source.stored_bytes_total()),
      progress_(!session.options().quiet) {}

Status ImportWatcher::OpenErrorFile(const std::string& path) {
  errors_path_ = path;
  errors_descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (errors_descriptor_ < 0) return Error(ErrorCode::kIoError, path + " cannot be written: " + std::strerror(errno));
  errors_ = std::make_unique<OutputStream>(errors_descriptor_);
  return {};
}

void ImportWatcher::OnCommit(const ImportReport& report) {
  const std::scoped_lock lock(mutex_);
  if (errors_) errors_->Flush();  // What is acknowledged is complete, its refused lines included.
  if (acknowledge_) {
    progress_.Clear();
    session_.out().Write(std::to_string(report.last_line) + "\n");
    session_.out().Flush();
    if (session_.out().is_over()) Interrupted().Cancel();  // No one hears the acknowledgements any more.
  }
  progress_.Show(report.read, source_.stored_bytes_read(), bytes_total_);
}

void ImportWatcher::OnReject(const ImportReject& reject) {
  const std::scoped_lock lock(mutex_);
  ++rejected_;
  const ImportSource::Place place = source_.Locate(reject.line);
  const auto refusal = source_.TakeRefusal(reject.line);
  const std::string reason = refusal ? refusal->reason : reject.error->message();
  last_reject_ = place.file + ", line " + std::to_string(place.line) + ": " + reason;
  if (on_error_ == OnError::kSkip && told_ < kRejectsToldMax) {
    progress_.Clear();
    session_.Note(*last_reject_);
    ++told_;
  }
  if (!errors_) return;
  const std::string text = ValidUtf8(std::string_view(refusal ? refusal->text : reject.text).substr(0, kTextBytesMax));
  DocumentBuilder line;
  line.Add("line", static_cast<std::int64_t>(place.line)).Add("file", ValidUtf8(place.file));
  line.Add("reason", ValidUtf8(reason)).Add("text", text);
  AppendJson(line.Build().value(), JsonStyle::kRelaxed, &errors_->buffer());
  errors_->Write("\n");
}

Status ImportWatcher::End() {
  const std::scoped_lock lock(mutex_);
  progress_.Clear();
  if (rejected_ > told_ && on_error_ == OnError::kSkip) {
    session_.Note("and " + WithThousands(rejected_ - told_) + " more lines were refused" +
                  (errors_ ? ": see " + errors_path_ : "; --errors FILE writes them to a file"));
  }
  if (!errors_) return {};
  errors_->Flush();
  const int problem = errors_->error_number();
  const bool is_closed = ::close(errors_descriptor_) == 0;
  if (problem == 0 && is_closed) return {};
  return Error(ErrorCode::kIoError,
               errors_path_ + " cannot be written: " + std::strerror(problem != 0 ? problem : errno));
}

Error ImportWatcher::Explain(const Error& error) const {
  const std::scoped_lock lock(mutex_);
  // Stopped by the line that was refused last: its place in its file says more than its number in all files.
  if (on_error_ == OnError::kStop && last_reject_) {
    return {error.code(), *last_reject_ + "; all lines before are stored (--on-error skip goes on)"};
  }
  return error;
}

Document ReportDocument(const ImportReport& report) {
  const auto integer = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  DocumentBuilder builder;
  builder.Add("read", integer(report.read)).Add("inserted", integer(report.inserted));
  builder.Add("replaced", integer(report.replaced)).Add("duplicates", integer(report.duplicates));
  builder.Add("conflicts", integer(report.conflicts)).Add("rejected", integer(report.rejected));
  builder.Add("untimed", integer(report.untimed)).Add("bytes", integer(report.bytes));
  builder.Add("seconds", std::round(report.seconds * 1000) / 1000);
  builder.BeginObject("partitions");
  for (const auto& [name, documents] : report.partitions) builder.Add(name, integer(documents));
  builder.End();
  return builder.Build();
}

}  // namespace kalends
