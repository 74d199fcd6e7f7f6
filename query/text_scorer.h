#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/document_terms.h"
#include "index/row_bits.h"
#include "kalends/status.h"
#include "kalends/time.h"
#include "kalends/value.h"
#include "query/find.h"
#include "query/partition_view.h"
#include "query/text_query.h"

namespace kalends {

// How well documents fit the words of a query: BM25 (k1 = 1.2, b = 0.75, idf = ln(1 + (N - n + 0.5) / (n + 0.5))), N
// being the documents whose times are in the query's range, alive in its view. The words of its phrases count as words;
// pairs of characters count for Chinese, Japanese and Korean. The same by postings and by a document itself. Immutable
// after Make: safe for any number of threads.
class TextScorer {
 public:
  // Counts the documents that have each word: by postings, and by rows only where there are none.
  static Result<std::shared_ptr<const TextScorer>> Make(
      std::shared_ptr<const TextQuery> query, const std::vector<std::shared_ptr<const PartitionView>>& partitions,
      const TimeRange& time, const FindPlan& plan);

  // Of each row of the run, those that are not in `rows` 0; nullopt: only the documents tell.
  Result<std::optional<std::vector<double>>> ScoresOf(RowRun& run, const RowBits& rows) const;
  double ScoreOf(const Value& root) const;

 private:
  // What counts: a term, or all terms that begin so.
  struct Term {
    std::string text;
    bool is_prefix = false;
    std::uint64_t documents = 0;
    double weight = 0;
    friend bool operator==(const Term& a, const Term& b) { return a.text == b.text && a.is_prefix == b.is_prefix; }
  };

  explicit TextScorer(std::shared_ptr<const TextQuery> query);
  void AddTerms(const std::vector<TextWord>& words, TextLanguage* language);
  void AddTerm(std::string_view text, bool is_prefix);
  bool KnowsTerms(const RunIndex* index) const;
  Status Count(const PartitionView& partition, RowRun& run, const TimeRange& time);
  Status CountByTerms(RunIndex& index, const RowBits& living);
  Status CountByRows(const PartitionView& partition, const RowRun& run, const RowBits& living);
  void Weigh();
  double ScoreOfTerm(const Term& term, double count, double length) const;

  // Of a document: its length, and how often it has each term.
  struct Counts {
    std::uint64_t length = 0;
    std::vector<std::uint64_t> of_terms;
  };
  Counts CountsOf(const Value& root) const;

  const std::shared_ptr<const TextQuery> query_;
  std::vector<Term> terms_;
  std::uint64_t documents_ = 0;
  std::uint64_t length_ = 0;  // Of all of these.
  double mean_length_ = 1;

  mutable std::mutex readers_mutex_;
  mutable std::vector<std::unique_ptr<DocumentTerms>> readers_;  // Those not in use.
};

}  // namespace kalends
