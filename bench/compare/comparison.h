#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/messages.h"
#include "bench/compare/report.h"
#include "bench/compare/subject.h"

namespace kalends::bench {

struct Options {
  std::string file;
  std::string directory = "kalends-compare.tmp";
  std::size_t count = 1'000'000;
  std::size_t import_runs = 1;
  std::size_t runs = 3;
  std::size_t gets = 20'000;
  std::size_t questions = 1'000;
  double seconds_max = 10;  // For the questions of a run.
  std::size_t singles = 100'000;
  std::vector<std::string> only;   // All unless given.
  std::vector<std::string> reuse;  // Names of subjects.
  bool with_text = true;
  bool keep = false;
  std::string json;
};

// Measures both subjects in alternated runs. Answers are compared before anything is timed.
class Comparison {
 public:
  explicit Comparison(Options options);
  static std::vector<std::string> Names();  // Of what can be measured.
  void Run();

 private:
  struct Part {
    const char* name;
    void (Comparison::*measure)();
    bool needs_stores = true;
    bool needs_text = false;
  };
  // Words of the messages. Both stores count each of them, and the two together, alike.
  struct Chosen {
    std::string common;
    std::string rare;
    std::string two;  // With a space between.
  };
  static const std::vector<Part>& Parts();
  using Operation = std::function<void(Subject&, std::size_t)>;

  bool IsAsked(const Part& part) const;
  std::unique_ptr<Subject> Make(std::size_t subject) const;
  std::string DirectoryOf(std::size_t subject) const;
  // Opens both stores with all messages, and fills them before unless they are to be used as an earlier run left them.
  void Load();

  // A line of p50 and one of p99, in microseconds: medians over the runs of `count` operations each.
  void Latencies(const std::string& what, std::size_t count, const std::vector<Target>& targets,
                 const Operation& operation);
  void MeasureFind(const std::string& what, const std::vector<Question>& questions, const std::vector<Target>& targets);
  void MeasureCount(const std::string& what, const std::vector<Question>& questions,
                    const std::vector<Target>& targets);

  // Prints them when they are chosen, at the first call. Ends the program where the stores agree on none.
  const Chosen& Words();
  // nullopt where the stores differ.
  std::optional<std::uint64_t> CountAlike(const Question& question);
  std::string WordFoundAlike(const char* kind, const std::vector<Word>& candidates);
  std::string TwoFoundAlike(const std::vector<Word>& candidates);
  std::vector<Question> TextQuestions(std::string_view text, bool all_words) const;  // Of 30 days each.

  void Ingest();  // Reports what Load measured.
  void IngestSingly();
  void Disk();
  void Get();
  void NewestOfSession();
  void NewestOfUser();
  void NewestOfWeek();
  void CountOfQuarter();
  void CountOfQuarterByType();
  void DeepPage();
  void TopByCost();
  void CountNested();
  void FindNested();
  void Models();
  void Scan();
  void TextAnd();
  void TextOr();
  void TextCommon();
  void TextRare();
  void CountTextAnd();
  void CountTextCommon();
  void TextByScore();
  void Updates();

  const Options options_;
  const Messages messages_;
  std::array<std::unique_ptr<Subject>, 2> subjects_;
  Report report_;
  std::optional<Chosen> words_;
  // Of Load: a run's figure for each subject that was filled by it.
  Figures ingest_rate_;
  Figures ingest_cpu_;
};

}  // namespace kalends::bench
