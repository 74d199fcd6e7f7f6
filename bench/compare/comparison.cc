#include "bench/compare/comparison.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <random>
#include <utility>

#include "bench/compare/message_fields.h"
#include "bench/measure.h"
#include "kalends/document.h"

namespace kalends::bench {
namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr std::uint32_t kCommit = 1000;
constexpr std::size_t kCompared = 50;  // Questions whose answers are compared, where the time suffices.

constexpr Target kLiveIngest{Target::Kind::kRatioAtLeast, 7};
constexpr Target kLiveIngestOfText{Target::Kind::kRatioAtLeast, 6};
constexpr Target kOfRaw{Target::Kind::kFigureAtMost, 0.55};
constexpr Target kOfRawWithText{Target::Kind::kFigureAtMost, 0.60};
constexpr Target kOfSqlite{Target::Kind::kRatioAtMost, 0.30};
constexpr Target kNewestMicros{Target::Kind::kFigureAtMost, 300};
constexpr Target kNewestRatio{Target::Kind::kRatioAtMost, 4};
constexpr Target kCountByType{Target::Kind::kRatioAtMost, 1.0 / 20};
constexpr Target kNoSlower{Target::Kind::kRatioAtMost, 1};
constexpr Target kTopMicros{Target::Kind::kFigureAtMost, 1000};
constexpr Target kNestedMicros{Target::Kind::kFigureAtMost, 3000};
constexpr Target kTextCount{Target::Kind::kRatioAtMost, 1.0 / 5};

constexpr std::size_t kRareDocuments = 20;

bool SameDocument(const std::string& a, const std::string& b) {
  return a == b || (!a.empty() && !b.empty() &&
                    Identical(Must(Document::FromJson(a)).value(), Must(Document::FromJson(b)).value()));
}

bool SameDocuments(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), SameDocument);
}

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// First those that are in about so many documents.
void SortByDistance(std::size_t documents, std::vector<Word>* words) {
  const auto distance = [documents](const Word& word) {
    return std::max(word.documents, documents) - std::min(word.documents, documents);
  };
  std::stable_sort(words->begin(), words->end(),
                   [distance](const Word& a, const Word& b) { return distance(a) < distance(b); });
}

}  // namespace

Comparison::Comparison(Options options)
    : options_(std::move(options)), messages_(Messages::Read(options_.file, options_.count, options_.with_text)) {
  for (std::size_t i = 0; i < 2; ++i) subjects_[i] = Make(i);
}

const std::vector<Comparison::Part>& Comparison::Parts() {
  static const std::vector<Part> parts = {{"ingest", &Comparison::Ingest},
                                          {"ingest-single", &Comparison::IngestSingly, false},
                                          {"disk", &Comparison::Disk},
                                          {"get", &Comparison::Get},
                                          {"session", &Comparison::NewestOfSession},
                                          {"user", &Comparison::NewestOfUser},
                                          {"week", &Comparison::NewestOfWeek},
                                          {"count", &Comparison::CountOfQuarter},
                                          {"count-type", &Comparison::CountOfQuarterByType},
                                          {"skip", &Comparison::DeepPage},
                                          {"top-cost", &Comparison::TopByCost},
                                          {"nested-count", &Comparison::CountNested},
                                          {"nested-find", &Comparison::FindNested},
                                          {"distinct", &Comparison::Models},
                                          {"scan", &Comparison::Scan},
                                          {"text-and", &Comparison::TextAnd, true, true},
                                          {"text-or", &Comparison::TextOr, true, true},
                                          {"text-common", &Comparison::TextCommon, true, true},
                                          {"text-rare", &Comparison::TextRare, true, true},
                                          {"text-count-and", &Comparison::CountTextAnd, true, true},
                                          {"text-count-common", &Comparison::CountTextCommon, true, true},
                                          {"text-score", &Comparison::TextByScore, true, true},
                                          {"updates", &Comparison::Updates, false}};
  return parts;
}

std::vector<std::string> Comparison::Names() {
  std::vector<std::string> names;
  for (const Part& part : Parts()) names.emplace_back(part.name);
  return names;
}

bool Comparison::IsAsked(const Part& part) const {
  if (options_.only.empty()) return !part.needs_text || options_.with_text;
  if (std::find(options_.only.begin(), options_.only.end(), part.name) == options_.only.end()) return false;
  if (part.needs_text && !options_.with_text) Fail(std::string(part.name) + " is not measured with --no-text");
  return true;
}

std::unique_ptr<Subject> Comparison::Make(std::size_t subject) const {
  return subject == 0 ? MakeKalends(options_.with_text) : MakeSqlite(options_.with_text);
}

std::string Comparison::DirectoryOf(std::size_t subject) const {
  return options_.directory + "/" + subjects_[subject]->name();
}

void Comparison::Run() {
  std::vector<Part> asked;
  std::copy_if(Parts().begin(), Parts().end(), std::back_inserter(asked),
               [this](const Part& part) { return IsAsked(part); });
  std::printf("%zu documents of %llu bytes, %.0f days\n", messages_.all.size(),
              static_cast<unsigned long long>(messages_.bytes / messages_.all.size()),
              static_cast<double>(messages_.time.end.value - messages_.time.begin.value) / kDayUs);
  Report::PrintHeader();
  if (std::any_of(asked.begin(), asked.end(), [](const Part& part) { return part.needs_stores; })) Load();
  for (const Part& part : asked) (this->*part.measure)();
  for (const auto& subject : subjects_) subject->Close();
  if (!options_.keep) std::filesystem::remove_all(options_.directory);
  if (!options_.json.empty()) report_.WriteJson(options_.json, messages_.all.size(), messages_.bytes);
}

void Comparison::Load() {
  const auto documents = static_cast<double>(messages_.all.size());
  for (std::size_t run = 0; run < options_.import_runs; ++run) {
    for (std::size_t i = 0; i < 2; ++i) {
      Subject& subject = *subjects_[i];
      if (std::find(options_.reuse.begin(), options_.reuse.end(), subject.name()) != options_.reuse.end()) continue;
      subject.Create(DirectoryOf(i));
      const double cpu_before = CpuSeconds();
      const Stopwatch watch;
      subject.Import(messages_.all, kCommit);
      subject.Settle();
      if (subject.Get(messages_.ids.back()).empty()) Fail(subject.name() + " does not find the last document");
      ingest_rate_[i].push_back(documents / watch.Seconds());
      ingest_cpu_[i].push_back((CpuSeconds() - cpu_before) * 1e6 / documents);
      subject.Close();
    }
  }
  for (std::size_t i = 0; i < 2; ++i) {
    subjects_[i]->Open(DirectoryOf(i));
    if (subjects_[i]->Count({}) != messages_.all.size()) Fail(subjects_[i]->name() + " does not hold every document");
  }
}

void Comparison::Ingest() {
  if (ingest_rate_[0].empty() || ingest_rate_[1].empty()) return;  // A store of an earlier run.
  report_.Add("ingest, 1000 a commit, documents/s", ingest_rate_,
              {options_.with_text ? kLiveIngestOfText : kLiveIngest});
  report_.Add("ingest, 1000 a commit, CPU us a document", ingest_cpu_);
}

void Comparison::IngestSingly() {
  Figures rate;
  Figures cpu;
  const std::size_t count = std::min(options_.singles, messages_.all.size());
  for (std::size_t run = 0; run < options_.runs; ++run) {
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string directory = DirectoryOf(i) + "-singly";
      const auto subject = Make(i);
      subject->Create(directory);
      const double cpu_before = CpuSeconds();
      const Stopwatch watch;
      for (std::size_t n = 0; n < count; ++n) subject->Insert(messages_.all[n]);
      subject->Settle();
      if (subject->Get(messages_.ids[count - 1]).empty()) Fail(subject->name() + " does not find the last document");
      rate[i].push_back(static_cast<double>(count) / watch.Seconds());
      cpu[i].push_back((CpuSeconds() - cpu_before) * 1e6 / static_cast<double>(count));
      if (subject->Count({}) != count) Fail(subject->name() + " does not hold every document");
      subject->Close();
      std::filesystem::remove_all(directory);
    }
  }
  report_.Add("ingest, 1 a commit, documents/s", rate, {options_.with_text ? kLiveIngestOfText : kLiveIngest});
  report_.Add("ingest, 1 a commit, CPU us a document", cpu);
}

// At close, when no log of either is left but what the store keeps.
void Comparison::Disk() {
  Figures megabytes;
  Figures of_raw;
  for (std::size_t i = 0; i < 2; ++i) {
    subjects_[i]->Close();
    const auto bytes = static_cast<double>(DiskBytes(DirectoryOf(i)));
    megabytes[i].push_back(bytes / 1e6);
    of_raw[i].push_back(bytes / static_cast<double>(messages_.bytes));
    subjects_[i]->Open(DirectoryOf(i));
  }
  report_.Add("on disk, MB", megabytes, {kOfSqlite});
  report_.Add("on disk, share of the JSON text", of_raw, {options_.with_text ? kOfRawWithText : kOfRaw});
}

void Comparison::Latencies(const std::string& what, std::size_t count, const std::vector<Target>& targets,
                           const Operation& operation) {
  Figures p50;
  Figures p99;
  for (std::size_t run = 0; run < options_.runs; ++run) {
    for (std::size_t i = 0; i < 2; ++i) {
      const std::vector<double> micros =
          MicrosOfEach(count, options_.seconds_max, [&](std::size_t n) { operation(*subjects_[i], n); });
      p50[i].push_back(Median(micros));
      p99[i].push_back(Quantile(micros, 0.99));
    }
  }
  report_.Add(what + ", p50 us", p50, targets);
  report_.Add(what + ", p99 us", p99);
}

void Comparison::MeasureFind(const std::string& what, const std::vector<Question>& questions,
                             const std::vector<Target>& targets) {
  std::array<std::vector<std::string>, 2> found;
  MicrosOfEach(std::min(kCompared, questions.size()), options_.seconds_max, [&](std::size_t n) {
    for (std::size_t i = 0; i < 2; ++i) subjects_[i]->Find(questions[n], &found[i]);
    if (!SameDocuments(found[0], found[1])) Fail("the answers differ: " + what);
  });
  Latencies(what, questions.size(), targets,
            [&](Subject& subject, std::size_t n) { subject.Find(questions[n], &found[0]); });
}

void Comparison::MeasureCount(const std::string& what, const std::vector<Question>& questions,
                              const std::vector<Target>& targets) {
  MicrosOfEach(std::min(kCompared, questions.size()), options_.seconds_max, [&](std::size_t n) {
    if (subjects_[0]->Count(questions[n]) != subjects_[1]->Count(questions[n])) Fail("the answers differ: " + what);
  });
  Latencies(what, questions.size(), targets, [&](Subject& subject, std::size_t n) { subject.Count(questions[n]); });
}

void Comparison::Get() {
  const auto ids = messages_.RandomIds(options_.gets, 1);
  for (std::size_t n = 0; n < std::min<std::size_t>(1000, ids.size()); ++n) {
    if (!SameDocument(subjects_[0]->Get(ids[n]), subjects_[1]->Get(ids[n])))
      Fail("the answers differ: " + std::string(ids[n]));
  }
  Latencies("get by id, as text", ids.size(), {kNoSlower}, [&ids](Subject& subject, std::size_t n) {
    if (subject.Get(ids[n]).empty()) Fail("an id was not found");
  });
}

void Comparison::NewestOfSession() {
  std::vector<Question> questions;
  for (const std::string_view line : messages_.RandomLines(options_.questions, 2))
    questions.push_back({.session_id = FieldsOf(line).session_id.value(), .limit = 100});
  MeasureFind("newest 100 of a session", questions, {kNewestMicros, kNewestRatio});
}

void Comparison::NewestOfUser() {
  std::vector<Question> questions;
  for (const std::string_view line : messages_.RandomLines(options_.questions, 3))
    questions.push_back({.user_id = FieldsOf(line).user_id.value(), .limit = 100});
  MeasureFind("newest 100 of a user", questions, {kNewestMicros, kNewestRatio});
}

void Comparison::NewestOfWeek() {
  std::vector<Question> questions;
  for (const TimeRange week : messages_.RandomRanges(options_.questions, 7, 4))
    questions.push_back({.time = week, .limit = 100});
  MeasureFind("newest 100 of 7 days", questions, {});
}

void Comparison::CountOfQuarter() {
  std::vector<Question> questions;
  for (const TimeRange quarter : messages_.RandomRanges(options_.questions, 90, 5))
    questions.push_back({.time = quarter});
  MeasureCount("count of 90 days", questions, {});
}

void Comparison::CountOfQuarterByType() {
  const auto lines = messages_.RandomLines(options_.questions, 6);
  std::vector<Question> questions;
  for (const TimeRange quarter : messages_.RandomRanges(options_.questions, 90, 7))
    questions.push_back({.time = quarter, .type = FieldsOf(lines[questions.size()]).type.value()});
  MeasureCount("count of 90 days by type", questions, {kCountByType});
}

void Comparison::DeepPage() {
  const std::uint64_t skip = std::min<std::uint64_t>(100'000, messages_.all.size() / 2);
  const std::vector<Question> questions(options_.questions, {.skip = skip, .limit = 100});
  MeasureFind("skip " + std::to_string(skip) + ", limit 100", questions, {kNoSlower});
}

void Comparison::TopByCost() {
  const std::vector<Question> questions(options_.questions, {.by_cost = true, .limit = 10});
  MeasureFind("top 10 by costUsd of all", questions, {kTopMicros});
}

void Comparison::CountNested() {
  const std::int64_t bound = messages_.OutputTokensPassedBy(messages_.all.size() / 1000);
  const std::vector<Question> questions(options_.questions, {.output_tokens_above = bound});
  MeasureCount("count of output_tokens > " + std::to_string(bound), questions, {kNestedMicros});
}

// All of about 100 that there are, so that the whole time is looked through.
void Comparison::FindNested() {
  const std::int64_t bound = messages_.OutputTokensPassedBy(100);
  const std::vector<Question> questions(options_.questions, {.output_tokens_above = bound});
  MeasureFind("find all of output_tokens > " + std::to_string(bound), questions, {kNestedMicros});
}

void Comparison::Models() {
  if (subjects_[0]->Models() != subjects_[1]->Models()) Fail("the answers differ: models");
  Latencies("distinct model", options_.questions, {}, [](Subject& subject, std::size_t /*n*/) { subject.Models(); });
}

void Comparison::Scan() {
  std::array<std::vector<std::string>, 2> ids;
  for (std::size_t i = 0; i < 2; ++i)
    subjects_[i]->Scan(true, [&ids, i](std::string_view text) { ids[i].emplace_back(UuidOf(text)); });
  if (ids[0].size() != messages_.all.size() || ids[0] != ids[1]) Fail("the scans differ");
  for (const bool as_text : {true, false}) {
    Figures rate;
    for (std::size_t run = 0; run < options_.runs; ++run) {
      for (std::size_t i = 0; i < 2; ++i) {
        const Stopwatch watch;
        std::size_t documents = 0;
        subjects_[i]->Scan(as_text, [&documents](std::string_view /*text*/) { ++documents; });
        rate[i].push_back(static_cast<double>(documents) / watch.Seconds());
      }
    }
    report_.Add(as_text ? "scan, oldest first, as text, documents/s" : "scan, as documents (sqlite: text), documents/s",
                rate);
  }
}

std::optional<std::uint64_t> Comparison::CountAlike(const Question& question) {
  const std::uint64_t count = subjects_[0]->Count(question);
  return count == subjects_[1]->Count(question) ? std::optional(count) : std::nullopt;
}

std::string Comparison::WordFoundAlike(const char* kind, const std::vector<Word>& candidates) {
  for (const Word& word : candidates) {
    if (CountAlike({.text = word.text}) == word.documents) return word.text;
  }
  Fail(std::string("no ") + kind + " word of " + std::to_string(candidates.size()) + " is found alike by both");
}

std::string Comparison::TwoFoundAlike(const std::vector<Word>& candidates) {
  const std::size_t documents = messages_.all.size();
  std::vector<Word> alike;
  for (const Word& word : candidates) {
    if (CountAlike({.text = word.text}) != word.documents) continue;
    for (const Word& other : alike) {
      const std::string two = other.text + " " + word.text;
      const auto together = CountAlike({.text = two, .all_words = true});
      if (!together || *together < documents / 200 || *together > documents * 3 / 100) continue;
      if (CountAlike({.text = two}) == other.documents + word.documents - *together) return two;
    }
    alike.push_back(word);
  }
  Fail("no two words of " + std::to_string(candidates.size()) + " are found alike by both");
}

// The two differ in what a word is: in `a.b` Kalends sees one and SQLite two. Words are taken that never stand so, of
// which both find what a plain search finds; so the rare one is likely a number, as names stand in those of files.
const Comparison::Chosen& Comparison::Words() {
  if (words_) return *words_;
  if (!messages_.is_in_order) Fail("the messages are not in the order of time, which the searches of SQLite rest on");
  constexpr std::size_t kCandidates = 1000;
  const auto documents = static_cast<double>(messages_.all.size());
  std::vector<Word> words = messages_.Words();
  // What is in all of them selects nothing.
  std::vector<Word> common;
  for (const Word& word : words) {
    if (word.documents < messages_.all.size() && common.size() < kCandidates) common.push_back(word);
  }
  std::vector<Word> middling;
  for (const Word& word : words) {
    const double share = static_cast<double>(word.documents) / documents;
    const bool is_plain = word.text.size() >= 4 && std::all_of(word.text.begin(), word.text.end(), IsLetter);
    if (is_plain && share >= 0.05 && share <= 0.2) middling.push_back(word);
  }
  SortByDistance(messages_.all.size() / 10, &middling);
  SortByDistance(kRareDocuments, &words);
  words.resize(std::min(words.size(), kCandidates));

  words_ = Chosen{WordFoundAlike("common", common), WordFoundAlike("rare", words), TwoFoundAlike(middling)};
  const auto count = [this](const Question& question) {
    return static_cast<unsigned long long>(subjects_[0]->Count(question));
  };
  std::printf("words: two `%s`, both in %llu documents and one in %llu; common `%s` in %llu; rare `%s` in %llu\n",
              words_->two.c_str(), count({.text = words_->two, .all_words = true}), count({.text = words_->two}),
              words_->common.c_str(), count({.text = words_->common}), words_->rare.c_str(),
              count({.text = words_->rare}));
  return *words_;
}

std::vector<Question> Comparison::TextQuestions(std::string_view text, bool all_words) const {
  std::vector<Question> questions;
  for (const TimeRange month : messages_.RandomRanges(options_.questions, 30, 9))
    questions.push_back({.time = month, .text = text, .all_words = all_words, .limit = 100});
  return questions;
}

void Comparison::TextAnd() {
  MeasureFind("newest 100 of 30 days, both words", TextQuestions(Words().two, true), {kNoSlower});
}

void Comparison::TextOr() {
  MeasureFind("newest 100 of 30 days, one of two words", TextQuestions(Words().two, false), {kNoSlower});
}

void Comparison::TextCommon() {
  MeasureFind("newest 100 of 30 days, common word", TextQuestions(Words().common, false), {kNoSlower});
}

void Comparison::TextRare() {
  const std::vector<Question> questions(options_.questions, {.text = Words().rare, .limit = 100});
  MeasureFind("newest 100, rare word", questions, {kNoSlower});
}

void Comparison::CountTextAnd() {
  const std::vector<Question> questions(options_.questions, {.text = Words().two, .all_words = true});
  MeasureCount("count of both words", questions, {kTextCount});
}

void Comparison::CountTextCommon() {
  const std::vector<Question> questions(options_.questions, {.text = Words().common});
  MeasureCount("count of a common word", questions, {kTextCount});
}

// Answers are not compared: each has statistics of its own.
void Comparison::TextByScore() {
  const Question question = {.text = Words().two, .all_words = true, .by_score = true, .limit = 10};
  std::vector<std::string> found;
  Latencies("best 10 of both words by BM25", options_.questions, {}, [&](Subject& subject, std::size_t /*n*/) {
    subject.Find(question, &found);
    if (found.size() != 10) Fail(subject.name() + " does not find the best");
  });
}

// Single commits: for each 100 inserts a delete and a replacement of earlier documents at random.
void Comparison::Updates() {
  Figures rate;
  Figures cpu;
  const std::size_t inserts = std::min(options_.singles, messages_.all.size());
  for (std::size_t run = 0; run < options_.runs; ++run) {
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string directory = DirectoryOf(i) + "-updates";
      const auto subject = Make(i);
      subject->Create(directory);
      std::mt19937_64 random(8);
      std::vector<std::size_t> alive;
      const double cpu_before = CpuSeconds();
      const Stopwatch watch;
      std::size_t operations = 0;
      for (std::size_t n = 0; n < inserts; ++n, ++operations) {
        subject->Insert(messages_.all[n]);
        alive.push_back(n);
        if (n % 100 != 99) continue;
        std::swap(alive[random() % alive.size()], alive.back());
        subject->Delete(messages_.ids[alive.back()], messages_.all[alive.back()]);
        alive.pop_back();
        const std::size_t changed = alive[random() % alive.size()];
        const Message& before = messages_.all[changed];
        std::string line(before.line);
        line.insert(line.size() - 1, ",\"edited\":true");
        subject->Replace(messages_.ids[changed], {line, before.text}, before);
        operations += 2;
      }
      rate[i].push_back(static_cast<double>(operations) / watch.Seconds());
      cpu[i].push_back((CpuSeconds() - cpu_before) * 1e6 / static_cast<double>(operations));
      if (subject->Count({}) != alive.size()) Fail(subject->name() + " counts wrongly after the updates");
      subject->Close();
      std::filesystem::remove_all(directory);
    }
  }
  report_.Add("single commits, 1 % deletes, commits/s", rate);
  report_.Add("single commits, 1 % deletes, CPU us a commit", cpu);
}

}  // namespace kalends::bench
