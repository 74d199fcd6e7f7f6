#include "tools/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "kalends/time.h"
#include "tools/text.h"

namespace kalends {
namespace {

class NdjsonPrinter : public Printer {
 public:
  NdjsonPrinter(JsonStyle style, OutputStream* out) : style_(style), out_(out) {}
  void Print(const Value& document) override {
    AppendJson(document, style_, &out_->buffer());
    out_->buffer() += '\n';
    out_->Written();
  }
  void Finish() override {}

 private:
  JsonStyle style_;
  OutputStream* out_;
};

class JsonPrinter : public Printer {
 public:
  JsonPrinter(JsonStyle style, OutputStream* out) : style_(style), out_(out) {}
  void Print(const Value& document) override {
    out_->buffer() += first_ ? "[\n" : ",\n";
    first_ = false;
    AppendJson(document, style_, &out_->buffer());
    out_->Written();
  }
  void Finish() override { out_->Write(first_ ? "[]\n" : "\n]\n"); }

 private:
  JsonStyle style_;
  OutputStream* out_;
  bool first_ = true;
};

// The columns of csv and table: the names of the first document's fields.
class Columns {
 public:
  void Set(const Value& document) {
    for (const Field& field : document.fields()) names_.emplace_back(field.name);
  }
  const std::vector<std::string>& names() const { return names_; }
  // Whether every field of `document` has a column.
  bool Hold(const Value& document) const {
    return std::ranges::all_of(
        document.fields(), [&](const Field& field) { return std::ranges::find(names_, field.name) != names_.end(); });
  }

 private:
  std::vector<std::string> names_;
};

void AppendCsvCell(std::string_view text, std::string* out) {
  const bool is_plain = text.find_first_of(",\"\r\n") == std::string_view::npos &&
                        (text.empty() || (text.front() != ' ' && text.back() != ' '));
  if (is_plain) {
    *out += text;
    return;
  }
  *out += '"';
  for (const char c : text) {
    if (c == '"') *out += '"';
    *out += c;
  }
  *out += '"';
}

class CsvPrinter : public Printer {
 public:
  CsvPrinter(JsonStyle style, OutputStream* out) : style_(style), out_(out) {}
  void Print(const Value& document) override {
    if (first_) {
      first_ = false;
      columns_.Set(document);
      PrintRow([](const std::string& name) { return name; });
    }
    PrintRow([&](const std::string& name) { return CellText(document.Get(name), style_); });
    if (!columns_.Hold(document)) ++documents_cut_;
  }
  void Finish() override {}

 private:
  template <class CellOf>
  void PrintRow(const CellOf& cell_of) {
    const char* separator = "";
    for (const std::string& name : columns_.names()) {
      out_->buffer() += separator;
      AppendCsvCell(cell_of(name), &out_->buffer());
      separator = ",";
    }
    out_->buffer() += '\n';
    out_->Written();
  }

  JsonStyle style_;
  OutputStream* out_;
  Columns columns_;
  bool first_ = true;
};

// Measures the first rows, then streams: memory stays bounded.
class TablePrinter : public Printer {
 public:
  TablePrinter(JsonStyle style, OutputStream* out) : style_(style), out_(out) {}

  void Print(const Value& document) override {
    if (columns_.names().empty()) columns_.Set(document);
    if (!columns_.Hold(document)) ++documents_cut_;
    std::vector<std::string> cells;
    cells.reserve(columns_.names().size());
    for (const std::string& name : columns_.names()) {
      const Value value = document.Get(name);
      // A number stands at the right of its column.
      cells.push_back((value.is_number() ? ">" : "<") + CellText(value, style_));
    }
    if (measured_) {
      PrintRow(cells);
      return;
    }
    waiting_.push_back(std::move(cells));
    if (waiting_.size() == kRowsMeasured) PrintWaiting();
  }

  void Finish() override {
    if (!measured_) PrintWaiting();
  }

 private:
  static constexpr std::size_t kRowsMeasured = 200;
  static constexpr std::size_t kWidestCell = 60;
  static constexpr std::size_t kNarrowestShrunk = 8;

  void PrintWaiting() {
    measured_ = true;
    if (columns_.names().empty()) return;
    std::vector<std::string> header;
    for (const std::string& name : columns_.names()) {
      widths_.push_back(DisplayWidth(name));
      header.push_back("<" + name);
    }
    for (const auto& row : waiting_) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        widths_[i] = std::max(widths_[i], std::min(kWidestCell, DisplayWidth(row[i]) - 1));
      }
    }
    ShrinkToTerminal();
    PrintRow(header);
    std::vector<std::string> rule;
    for (const std::size_t width : widths_) rule.push_back("<" + std::string(width, '-'));
    PrintRow(rule);
    for (const auto& row : waiting_) PrintRow(row);
    waiting_.clear();
  }

  void ShrinkToTerminal() {
    const std::size_t terminal = TerminalColumns();
    std::size_t total = 2 * (widths_.size() - 1);
    for (const std::size_t width : widths_) total += width;
    while (total > terminal) {
      std::size_t& widest = *std::ranges::max_element(widths_);
      if (widest <= kNarrowestShrunk) return;
      --widest;
      --total;
    }
  }

  void PrintRow(const std::vector<std::string>& row) {
    std::string& out = out_->buffer();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool is_last = i + 1 == row.size();
      const bool to_the_right = row[i].front() == '>';
      const std::string text = FitToWidth(std::string_view(row[i]).substr(1), widths_[i]);
      const std::string space(widths_[i] - std::min(widths_[i], DisplayWidth(text)), ' ');
      if (to_the_right) out += space;
      out += text;
      if (!to_the_right && !is_last) out += space;
      if (!is_last) out += "  ";
    }
    out += '\n';
    out_->Written();
  }

  JsonStyle style_;
  OutputStream* out_;
  Columns columns_;
  std::vector<std::vector<std::string>> waiting_;
  std::vector<std::size_t> widths_;
  bool measured_ = false;
};

}  // namespace

void OutputStream::Flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && !is_over()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      closed_ = true;
    } else if (errno != EINTR) {
      error_number_ = errno;
    }
  }
  buffer_.clear();
}

std::unique_ptr<Printer> MakePrinter(OutputFormat format, JsonStyle style, OutputStream* out) {
  switch (format) {
    case OutputFormat::kJson:
      return std::make_unique<JsonPrinter>(style, out);
    case OutputFormat::kCsv:
      return std::make_unique<CsvPrinter>(style, out);
    case OutputFormat::kTable:
      return std::make_unique<TablePrinter>(style, out);
    case OutputFormat::kNdjson:
      break;
  }
  return std::make_unique<NdjsonPrinter>(style, out);
}

void PrintObject(const Value& object, OutputFormat format, JsonStyle style, OutputStream* out) {
  if (format == OutputFormat::kNdjson || format == OutputFormat::kJson) {
    AppendJson(object, style, &out->buffer());
    out->buffer() += '\n';
  } else if (format == OutputFormat::kCsv) {
    CsvPrinter printer(style, out);
    printer.Print(object);
  } else {
    std::size_t widest = 0;
    for (const Field& field : object.fields()) widest = std::max(widest, DisplayWidth(field.name));
    for (const Field& field : object.fields()) {
      out->buffer() += field.name;
      out->buffer().append(widest + 2 - DisplayWidth(field.name), ' ');
      out->buffer() += CellText(field.value, style);
      out->buffer() += '\n';
    }
  }
  out->Written();
}

std::string CellText(const Value& value, JsonStyle style) {
  switch (value.type()) {
    case Type::kMissing:
    case Type::kNull:
      return {};
    case Type::kString:
      return std::string(value.as_string());
    case Type::kDate:
      // Beyond these the microseconds would overflow: shown as JSON.
      if (value.as_date_ms() > INT64_MIN / 1000 && value.as_date_ms() < INT64_MAX / 1000) {
        return FormatTime(TimeUs{value.as_date_ms() * 1000});
      }
      return ToJson(value, style);
    case Type::kInt:
    case Type::kLong:
    case Type::kDouble:
      return ToJson(value, JsonStyle::kRelaxed);
    default:
      return ToJson(value, style);
  }
}

std::size_t TerminalColumns() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 120;
}

}  // namespace kalends
