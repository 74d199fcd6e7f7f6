#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

// Errors are values: no function of Kalends throws across its public interface.
namespace kalends {

enum class ErrorCode : std::uint8_t {
  kInvalidArgument = 1,   // The input is wrong; the same call fails again.
  kNotFound = 2,          // The named collection, partition or document does not exist.
  kAlreadyExists = 3,     // An id, collection or directory is already there.
  kCorruption = 4,        // Stored bytes are not what was written.
  kIoError = 5,           // The operating system refused to read or write.
  kNoSpace = 6,           // The disk is full.
  kBusy = 7,              // Another process holds the directory, or a document kept changing meanwhile.
  kLimitExceeded = 8,     // A limit of limits.h or of the options.
  kDeadlineExceeded = 9,  // The deadline of the call passed.
  kCancelled = 10,        // The caller cancelled, or the database was closed.
  kUnsupported = 11,      // A newer format, or a part of the language that is not there.
  kReadOnly = 12,         // A write to a database that was opened for reading.
};

// The name of a code, such as "corruption".
const char* ErrorCodeName(ErrorCode code);

// What went wrong, where, and what to do, for a person to read.
class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}
  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  ErrorCode code_;
  std::string message_;
};

// Success, or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor): `return error;` is the use.
  bool ok() const { return !error_.has_value(); }
  // Only where ok() is false.
  const Error& error() const {
    assert(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

// A T, or an Error. The member names are those of std::expected.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Only where has_value() is true.
  T& value() & { return *Checked(); }
  const T& value() const& { return *const_cast<Result*>(this)->Checked(); }
  T&& value() && { return std::move(*Checked()); }
  T& operator*() & { return *Checked(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*Checked()); }
  T* operator->() { return Checked(); }
  const T* operator->() const { return &value(); }

  // Only where has_value() is false.
  const Error& error() const {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }

 private:
  T* Checked() {
    assert(has_value());
    return std::get_if<0>(&state_);
  }
  std::variant<T, Error> state_;
};

}  // namespace kalends
