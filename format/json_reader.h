#pragma once

#include <memory>
#include <string_view>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"

namespace kalends {

// Reads JSON and Extended JSON v2 into an arena. Keeps buffers between calls: one a thread.
//
// A JSON integer is kInt when it fits 32 bits, else kLong, else kDouble. A key given twice: the last value, at the
// place of the first. An object that has exactly the form of a known Extended JSON type becomes that type ($oid, $date,
// $numberInt, $numberLong, $numberDouble, $binary, $uuid); one of a type that is not stored ($numberDecimal,
// $timestamp, $regularExpression, $minKey, ...) is kUnsupported; any other key that begins with `$` is a key like
// others. Refused with the byte (from 0) and the reason: malformed JSON, bytes after the value, NaN, invalid UTF-8,
// lone surrogates (kInvalidArgument); more than kNestingDepthMax deep, more than kDocumentBytesMax long
// (kLimitExceeded).
class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // The value lies in `arena` (strings are copied), so `json` may go away.
  Result<Value> Read(std::string_view json, Arena& arena);
  // As Read; anything but an object is kInvalidArgument.
  Result<Value> ReadObject(std::string_view json, Arena& arena);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kalends
