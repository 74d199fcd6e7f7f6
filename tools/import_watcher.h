#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "kalends/import.h"
#include "tools/import_source.h"
#include "tools/progress.h"
#include "tools/session.h"

namespace kalends {

// Follows an import: progress, acknowledgements, and the lines that were refused.
class ImportWatcher {
 public:
  ImportWatcher(Session& session, ImportSource& source, bool acknowledge, OnError on_error);

  // Each refused line becomes a line {"line","file","reason","text"} there.
  Status OpenErrorFile(const std::string& path);

  void OnCommit(const ImportReport& report);
  void OnReject(const ImportReject& reject);

  // Writes what is left; an error when the error file could not be written.
  Status End();
  // The error that ended the import, with the place of the line that it is about.
  Error Explain(const Error& error) const;

 private:
  Session& session_;
  ImportSource& source_;
  const bool acknowledge_;
  const OnError on_error_;
  const std::optional<std::uint64_t> bytes_total_;
  mutable std::mutex mutex_;
  Progress progress_;
  std::uint64_t told_ = 0;  // Refused lines that were told on standard error.
  std::uint64_t rejected_ = 0;
  std::optional<std::string> last_reject_;
  std::string errors_path_;
  int errors_descriptor_ = -1;
  std::unique_ptr<OutputStream> errors_;
};

// What `import` prints.
Document ReportDocument(const ImportReport& report);

}  // namespace kalends
