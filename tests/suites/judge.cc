#include "suites/judge.h"

#include "suites/execute.h"

namespace kalends::suites {
namespace {

std::string TextOf(const Error& error) { return std::string(ErrorCodeName(error.code())) + ": " + error.message(); }

// Whether the caller is told that the question is wrong, and not that something broke.
bool IsRefusal(ErrorCode code) {
  return code == ErrorCode::kInvalidArgument || code == ErrorCode::kLimitExceeded || code == ErrorCode::kAlreadyExists;
}

Outcome JudgeError(const Error& error, bool must_fail, const std::string& expected) {
  if (must_fail && IsRefusal(error.code())) return {};
  if (error.code() == ErrorCode::kUnsupported) {
    if (must_fail) return {Verdict::kRefused, "", "", ""};
    return {Verdict::kUnsupported, "language: " + error.message(), "", ""};
  }
  return {Verdict::kFailed, "", expected, TextOf(error)};
}

Value DocumentsOf(const Document& reply) { return reply.Get("cursor").Get("firstBatch"); }

Outcome JudgeReply(const Expectation& expectation, const Document& reply) {
  const Value got = expectation.documents ? DocumentsOf(reply) : reply.value();
  if (expectation.must_fail) return {Verdict::kFailed, "", "an error", ToJson(reply.value())};
  const bool agrees = expectation.documents ? DocumentsAgree(expectation.reply, got, expectation.rules)
                                            : Agrees(expectation.reply, got, expectation.rules);
  if (agrees) return {};
  return {Verdict::kFailed, "", ToJson(expectation.reply), ToJson(got)};
}

}  // namespace

Outcome Judge(const Case& the_case, Place& place) {
  if (!the_case.unsupported.empty()) return {Verdict::kUnsupported, the_case.unsupported, "", ""};
  if (const Status status = place.Begin(); !status.ok()) {
    return {Verdict::kFailed, "", "an empty collection", TextOf(status.error())};
  }
  for (const Request& step : the_case.before) {
    const Result<Document> reply = Execute(step, place);
    if (!reply.has_value()) return JudgeError(reply.error(), false, "what goes before succeeds");
  }
  const Expectation& expectation = the_case.expectation;
  const Result<Document> reply = Execute(the_case.question, place);
  if (reply.has_value()) return JudgeReply(expectation, *reply);
  return JudgeError(reply.error(), expectation.must_fail,
                    expectation.must_fail ? "an error" : ToJson(expectation.reply));
}

}  // namespace kalends::suites
