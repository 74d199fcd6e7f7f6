#include <algorithm>
#include <array>
#include <vector>

#include "tools/generate_output.h"
#include "tools/generate_random.h"
#include "tools/generate_text.h"

// Chat messages: many short sessions and a few long ones, several open at any time; a few busy users and many quiet
// ones; working hours.
namespace kalends {
namespace {

constexpr std::uint32_t kUsers = 2000;
constexpr std::uint32_t kProjects = 200;
constexpr std::size_t kOpenSessions = 48;
constexpr std::array<std::string_view, 5> kModels = {"large-4-2025", "medium-4-2025", "small-4-2025", "medium-3-2024",
                                                     "large-3-2024"};
constexpr std::array<std::string_view, 6> kVersions = {"1.0.96", "1.0.108", "1.1.0", "1.1.2", "1.2.0", "2.0.1"};

// How much of a day's messages come before each hour (UTC), of 1,000.
constexpr std::array<std::uint32_t, 25> kDayCurve = {0,   14,  25,  34,  42,  52,  68,  98,  150, 218, 290, 358, 418,
                                                     478, 545, 615, 685, 748, 800, 846, 886, 922, 954, 980, 1000};

// Moves an instant within its day so that the hours fill by kDayCurve; keeps the order.
std::int64_t AtWorkingHours(std::int64_t milliseconds) {
  constexpr std::int64_t kHourMs = 3600000;
  constexpr std::int64_t kDayMs = 24 * kHourMs;
  std::int64_t day = milliseconds / kDayMs;
  if (milliseconds % kDayMs < 0) --day;
  const std::int64_t share = (milliseconds - day * kDayMs) * 1000;  // Of kDayMs, in thousandths.
  std::size_t hour = 0;
  while (share >= kDayCurve[hour + 1] * kDayMs) ++hour;
  const std::int64_t within = share - kDayCurve[hour] * kDayMs;
  const std::int64_t width = (kDayCurve[hour + 1] - kDayCurve[hour]) * kDayMs;
  // Seconds first: the product of the whole would not fit.
  return day * kDayMs + static_cast<std::int64_t>(hour) * kHourMs + within / 1000 * kHourMs / (width / 1000);
}

void AppendUuid(Random& random, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::uint64_t high = (random.Next() & 0xFFFFFFFFFFFF0FFFU) | 0x4000U;             // Version 4.
  const std::uint64_t low = (random.Next() & 0x3FFFFFFFFFFFFFFFU) | 0x8000000000000000U;  // Variant 1.
  for (int shift = 60; shift >= 0; shift -= 4) {
    *out += kDigits[(high >> static_cast<unsigned>(shift)) & 0xFU];
    if (shift == 32 || shift == 16) *out += '-';
  }
  *out += '-';
  for (int shift = 60; shift >= 0; shift -= 4) {
    *out += kDigits[(low >> static_cast<unsigned>(shift)) & 0xFU];
    if (shift == 48) *out += '-';
  }
}

struct Session {
  std::string id;
  std::string last_message;  // Empty at the beginning.
  std::uint32_t user = 0;
  std::uint32_t project = 0;
  std::uint32_t model = 0;
  std::uint32_t messages_left = 0;
  std::uint32_t context_tokens = 0;
  bool is_users_turn = true;
};

class MessageGenerator {
 public:
  explicit MessageGenerator(const GenerateOptions& options)
      : options_(options),
        random_(options.seed),
        users_(kUsers, 10),
        projects_(kProjects, 3),
        sessions_(kOpenSessions) {
    for (std::uint32_t i = 0; i < kProjects; ++i) {
      std::string& branch = branches_.emplace_back(i % 5 == 0 ? "main" : i % 3 == 0 ? "fix/" : "feature/");
      if (branch != "main") text_.AppendIdentifier(random_, &branch);
      text_.AppendIdentifier(random_, &folders_.emplace_back("/home/dev/"));
    }
    for (Session& session : sessions_) Start(&session);
  }

  bool Run(LineWriter* out) {
    const std::int64_t span = options_.end_ms - options_.begin_ms;
    const auto count = static_cast<std::int64_t>(options_.count);
    for (std::int64_t i = 0; i < count; ++i) {
      // Message i lies anywhere in its own share of the span: the times are ordered and fill it.
      const std::int64_t slot_begin = span / count * i + span % count * i / count;
      const auto slot = static_cast<std::uint32_t>(std::clamp<std::int64_t>(span / count, 1, 2000000000));
      const std::int64_t time = AtWorkingHours(options_.begin_ms + slot_begin + random_.Below(slot));
      // The sessions at the front are asked more often.
      Session& session = sessions_[std::min(random_.Below(kOpenSessions), random_.Below(kOpenSessions))];
      if (session.messages_left == 0) Start(&session);
      AppendMessage(time, &session, &out->buffer());
      if (!out->EndLine()) return false;
    }
    return out->Flush();
  }

 private:
  void Start(Session* session) {
    session->id.clear();
    AppendUuid(random_, &session->id);
    session->last_message.clear();
    session->user = users_.Draw(random_);
    session->project = (session->user * 7 + projects_.Draw(random_)) % kProjects;
    session->model = std::min(random_.Below(5), random_.Below(5));
    // Half of the sessions have up to 16 messages, one in 128 some thousand.
    std::uint32_t doublings = 0;
    while (doublings < 8 && random_.Chance(500)) ++doublings;
    session->messages_left = random_.Between(4U << doublings, 16U << doublings);
    session->context_tokens = random_.Between(3000, 15000);
    session->is_users_turn = true;
  }

  void AppendMessage(std::int64_t time, Session* session, std::string* out) {
    const bool is_user = session->is_users_turn;
    const bool is_tool = !is_user && random_.Chance(350);
    const std::string_view type = is_user ? "user" : is_tool ? "tool" : "assistant";
    session->is_users_turn = !is_user && !is_tool && random_.Chance(550);
    --session->messages_left;

    std::string uuid;
    AppendUuid(random_, &uuid);
    *out += R"({"uuid":")";
    *out += uuid;
    *out += R"(","sessionId":")";
    *out += session->id;
    *out += R"(","parentUuid":)";
    if (session->last_message.empty()) {
      *out += "null";
    } else {
      *out += '"';
      *out += session->last_message;
      *out += '"';
    }
    session->last_message = std::move(uuid);
    *out += R"(,"user_id":"user-)";
    AppendInteger(session->user, out);
    *out += R"(","type":")";
    *out += type;
    *out += R"(","timestamp":")";
    time_.Append(time, out);
    *out += '"';

    const std::uint32_t content_bytes = ContentBytes(is_user);
    const std::uint32_t output_tokens = is_user ? 0 : content_bytes / 4 + random_.Below(60);
    const std::uint32_t input_tokens = is_user ? 0 : random_.Between(2, 1800);
    const std::uint32_t cached_tokens = is_user ? 0 : session->context_tokens;
    session->context_tokens = std::min(session->context_tokens + content_bytes / 3 + input_tokens / 2, 190000U);
    if (!is_user) {
      *out += R"(,"model":")";
      *out += kModels[session->model];
      *out += R"(","costUsd":)";
      // Prices in millionths a token fall with the number of the model.
      const std::uint64_t price = 5 - session->model;
      AppendDecimal(price * (15ULL * output_tokens + 3ULL * input_tokens) / 5 + price * cached_tokens * 3 / 50 + 100, 6,
                    out);
    }
    *out += R"(,"gitBranch":")";
    *out += branches_[session->project];
    *out += R"(","cwd":")";
    *out += folders_[session->project];
    *out += R"(","version":")";
    *out += kVersions[session->project % kVersions.size()];
    *out += R"(","message":{"role":")";
    *out += is_user || is_tool ? "user" : "assistant";
    *out += R"(","content":")";
    text_.AppendText(content_bytes, random_, out);
    *out += '"';
    if (!is_user) {
      *out += R"(,"usage":{"input_tokens":)";
      AppendInteger(input_tokens, out);
      *out += R"(,"output_tokens":)";
      AppendInteger(output_tokens, out);
      *out += R"(,"cache_read_input_tokens":)";
      AppendInteger(cached_tokens, out);
      *out += '}';
    }
    *out += "}}";
  }

  // Mostly some hundred bytes; some messages are a word, a few are pages.
  std::uint32_t ContentBytes(bool is_user) {
    const std::uint32_t usual = 50 + random_.Bell(is_user ? 450 : 760);
    if (random_.Chance(100)) return random_.Between(5, 40);
    if (random_.Chance(40)) return usual * random_.Between(3, 9);
    return usual;
  }

  const GenerateOptions& options_;
  Random random_;
  TextGenerator text_;
  TimeWriter time_;
  Zipf users_;
  Zipf projects_;
  std::vector<Session> sessions_;
  std::vector<std::string> branches_;
  std::vector<std::string> folders_;
};

}  // namespace

bool GenerateMessages(const GenerateOptions& options, LineWriter* out) { return MessageGenerator(options).Run(out); }

}  // namespace kalends
