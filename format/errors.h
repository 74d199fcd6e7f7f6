#pragma once

#include <sstream>
#include <string>
#include <string_view>

#include "kalends/status.h"

// Making and passing on errors: `return Corruption("row ", row, ": checksum is wrong");`.
namespace kalends {

template <class... Parts>
Error MakeError(ErrorCode code, const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return Error(code, std::move(text).str());
}

template <class... Parts>
Error InvalidArgument(const Parts&... parts) {
  return MakeError(ErrorCode::kInvalidArgument, parts...);
}
template <class... Parts>
Error NotFound(const Parts&... parts) {
  return MakeError(ErrorCode::kNotFound, parts...);
}
template <class... Parts>
Error AlreadyExists(const Parts&... parts) {
  return MakeError(ErrorCode::kAlreadyExists, parts...);
}
template <class... Parts>
Error Corruption(const Parts&... parts) {
  return MakeError(ErrorCode::kCorruption, parts...);
}
template <class... Parts>
Error IoFailure(const Parts&... parts) {
  return MakeError(ErrorCode::kIoError, parts...);
}
template <class... Parts>
Error LimitExceeded(const Parts&... parts) {
  return MakeError(ErrorCode::kLimitExceeded, parts...);
}
template <class... Parts>
Error Unsupported(const Parts&... parts) {
  return MakeError(ErrorCode::kUnsupported, parts...);
}

// The same error with `where` before its message.
inline Error WithContext(std::string_view where, const Error& error) {
  return Error(error.code(), std::string(where) + ": " + error.message());
}

}  // namespace kalends

#define KALENDS_CONCAT_INNER(a, b) a##b
#define KALENDS_CONCAT(a, b) KALENDS_CONCAT_INNER(a, b)

// KALENDS_TRY(auto x, F()): declares x with the value of the Result, or returns its error.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in them.
#define KALENDS_TRY(declaration, expression) \
  KALENDS_TRY_INNER(KALENDS_CONCAT(kalends_result_, __LINE__), declaration, expression)
#define KALENDS_TRY_INNER(result, declaration, expression) \
  auto result = (expression);                              \
  if (!result.has_value()) return result.error();          \
  declaration = std::move(result).value()
// NOLINTEND(bugprone-macro-parentheses)

// Returns the error of a Status, if there is one.
#define KALENDS_RETURN_IF_ERROR(expression)                                                                   \
  do {                                                                                                        \
    if (::kalends::Status kalends_status = (expression); !kalends_status.ok()) return kalends_status.error(); \
  } while (false)
