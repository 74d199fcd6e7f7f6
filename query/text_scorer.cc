#include "query/text_scorer.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "format/errors.h"
#include "query/call_guard.h"
#include "query/match_reader.h"
#include "query/partition_runs.h"
#include "query/row_selection.h"

namespace kalends {
namespace {

constexpr double kSaturation = 1.2;    // k1
constexpr double kLengthShare = 0.75;  // b
constexpr std::size_t kRowsAtOnce = 256;

bool IsOneCharacter(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }) == 1;
}

}  // namespace

TextScorer::TextScorer(std::shared_ptr<const TextQuery> query) : query_(std::move(query)) {
  TextLanguage language = std::move(TextLanguage::Make(query_->options.language)).value();  // It was parsed with it.
  AddTerms(query_->words, &language);
  for (const TextPhrase& phrase : query_->phrases) AddTerms(phrase, &language);
}

void TextScorer::AddTerms(const std::vector<TextWord>& words, TextLanguage* language) {
  for (const TextWord& word : words) {
    if (word.kind == TextWord::Kind::kWord) {
      if (!language->IsStopWord(word.text)) AddTerm(word.stem, false);
    } else if (word.kind == TextWord::Kind::kPrefix || IsOneCharacter(word.text)) {
      AddTerm(word.text, true);
    } else {
      CjkTerms terms(word.text);
      for (std::string_view term; terms.Next(&term);) {
        if (!IsOneCharacter(term)) AddTerm(term, false);
      }
    }
  }
}

void TextScorer::AddTerm(std::string_view text, bool is_prefix) {
  Term term;
  term.text = text;
  term.is_prefix = is_prefix;
  if (std::find(terms_.begin(), terms_.end(), term) == terms_.end()) terms_.push_back(std::move(term));
}

Result<std::shared_ptr<const TextScorer>> TextScorer::Make(
    std::shared_ptr<const TextQuery> query, const std::vector<std::shared_ptr<const PartitionView>>& partitions,
    const TimeRange& time, const FindPlan& plan) {
  std::shared_ptr<TextScorer> scorer(new TextScorer(std::move(query)));
  FindPlan without_stats = plan;
  without_stats.stats = nullptr;
  KALENDS_TRY(const std::vector<PartitionRuns> runs, RunsInTime(partitions, time, without_stats));
  CallGuard guard(plan.call);
  for (const PartitionRuns& partition : runs) {
    for (const auto& run : partition.runs) {
      KALENDS_RETURN_IF_ERROR(guard.Check());
      KALENDS_RETURN_IF_ERROR(scorer->Count(*partition.partition, *run, time));
    }
  }
  scorer->Weigh();
  return std::shared_ptr<const TextScorer>(std::move(scorer));
}

bool TextScorer::KnowsTerms(const RunIndex* index) const {
  return index != nullptr && index->text() != nullptr && *index->text() == query_->options;
}

Status TextScorer::Count(const PartitionView& partition, RowRun& run, const TimeRange& time) {
  KALENDS_TRY(const RowBits living, LivingRowsIn(partition, run, time));
  documents_ += living.Count();
  return KnowsTerms(run.index()) ? CountByTerms(*run.index(), living) : CountByRows(partition, run, living);
}

Status TextScorer::CountByTerms(RunIndex& index, const RowBits& living) {
  for (Term& term : terms_) {
    RowBits rows(index.rows());
    if (term.is_prefix) {
      KALENDS_TRY(const std::vector<std::string> texts, index.TermsWith(term.text));
      for (const std::string& text : texts) KALENDS_RETURN_IF_ERROR(index.FindTerm(text, &rows));
    } else {
      KALENDS_RETURN_IF_ERROR(index.FindTerm(term.text, &rows));
    }
    rows &= living;
    term.documents += rows.Count();
  }
  if (living.Count() == index.rows()) {
    KALENDS_TRY(const std::uint64_t length, index.TextLength());
    length_ += length;
    return {};
  }
  Status status;
  living.ForEach([&](std::uint32_t row) {
    if (!status.ok()) return;
    const auto length = index.TextLengthAt(row);
    status = length.has_value() ? Status() : Status(length.error());
    if (length.has_value()) length_ += *length;
  });
  return status;
}

Status TextScorer::CountByRows(const PartitionView& partition, const RowRun& run, const RowBits& living) {
  std::vector<RowId> ids;
  living.ForEach([&](std::uint32_t row) { ids.push_back({run.first_row().value + row}); });
  std::vector<StoredRow> rows;
  for (std::size_t begin = 0; begin < ids.size(); begin += kRowsAtOnce) {
    const auto batch = std::span(ids).subspan(begin, std::min(kRowsAtOnce, ids.size() - begin));
    Arena arena;
    rows.resize(batch.size());
    KALENDS_RETURN_IF_ERROR(partition.ReadRows(batch, arena, rows));
    for (const StoredRow& row : rows) {
      const Counts counts = CountsOf(row.root);
      length_ += counts.length;
      for (std::size_t i = 0; i < terms_.size(); ++i) terms_[i].documents += counts.of_terms[i] > 0 ? 1 : 0;
    }
  }
  return {};
}

void TextScorer::Weigh() {
  if (documents_ > 0 && length_ > 0) mean_length_ = static_cast<double>(length_) / static_cast<double>(documents_);
  for (Term& term : terms_) {
    const auto having = static_cast<double>(term.documents);
    term.weight = std::log1p((static_cast<double>(documents_) - having + 0.5) / (having + 0.5));
  }
}

double TextScorer::ScoreOfTerm(const Term& term, double count, double length) const {
  const double damping = kSaturation * (1 - kLengthShare + kLengthShare * length / mean_length_);
  return term.weight * count * (kSaturation + 1) / (count + damping);
}

Result<std::optional<std::vector<double>>> TextScorer::ScoresOf(RowRun& run, const RowBits& rows) const {
  RunIndex* const index = run.index();
  if (!KnowsTerms(index)) return std::optional<std::vector<double>>();
  std::vector<double> scores(rows.rows(), 0);
  std::vector<double> lengths(rows.rows(), 0);
  Status status;
  rows.ForEach([&](std::uint32_t row) {
    if (!status.ok()) return;
    const auto length = index->TextLengthAt(row);
    status = length.has_value() ? Status() : Status(length.error());
    if (length.has_value()) lengths[row] = static_cast<double>(*length);
  });
  if (!status.ok()) return status.error();
  for (const Term& term : terms_) {
    const auto add = [&](std::uint32_t row, double count) {
      if (rows.Test(row)) scores[row] += ScoreOfTerm(term, count, lengths[row]);
    };
    if (!term.is_prefix) {
      KALENDS_RETURN_IF_ERROR(index->ForEachPosting(term.text, add));
      continue;
    }
    KALENDS_TRY(const std::vector<std::string> texts, index->TermsWith(term.text));
    std::vector<double> counts(rows.rows(), 0);
    for (const std::string& text : texts) {
      KALENDS_RETURN_IF_ERROR(
          index->ForEachPosting(text, [&](std::uint32_t row, std::uint32_t count) { counts[row] += count; }));
    }
    rows.ForEach([&](std::uint32_t row) {
      if (counts[row] > 0) add(row, counts[row]);
    });
  }
  return std::optional(std::move(scores));
}

TextScorer::Counts TextScorer::CountsOf(const Value& root) const {
  std::unique_ptr<DocumentTerms> reader;
  {
    const std::lock_guard lock(readers_mutex_);
    if (!readers_.empty()) {
      reader = std::move(readers_.back());
      readers_.pop_back();
    }
  }
  if (reader == nullptr)
    reader = std::make_unique<DocumentTerms>(std::move(DocumentTerms::Make(query_->options)).value());
  Counts counts;
  counts.of_terms.resize(terms_.size());
  reader->ForEach(root, [&](std::string_view term) {
    ++counts.length;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      const Term& wanted = terms_[i];
      if (wanted.is_prefix ? term.starts_with(wanted.text) : term == wanted.text) ++counts.of_terms[i];
    }
  });
  const std::lock_guard lock(readers_mutex_);
  readers_.push_back(std::move(reader));
  return counts;
}

double TextScorer::ScoreOf(const Value& root) const {
  const Counts counts = CountsOf(root);
  double score = 0;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    if (counts.of_terms[i] == 0) continue;
    score += ScoreOfTerm(terms_[i], static_cast<double>(counts.of_terms[i]), static_cast<double>(counts.length));
  }
  return score;
}

}  // namespace kalends
