#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/document.h"
#include "kalends/status.h"
#include "kalends/time.h"

namespace kalends {

// How a number in the time field counts. kAuto decides by size: below 1e11 seconds, 1e14 milliseconds, 1e17
// microseconds.
enum class TimeUnit : std::uint8_t { kAuto = 0, kSeconds = 1, kMilliseconds = 2, kMicroseconds = 3 };
enum class MissingTime : std::uint8_t { kError = 0, kArrival = 1 };
enum class Codec : std::uint8_t { kNone = 0, kZstd = 1, kZlib = 2, kZstdDictionary = 3 };

// What a collection is: where its documents keep their time and id, what is indexed, how it is stored.
struct CollectionSpec {
  bool plain = false;  // One partition without a month. The time field is optional then.

  // Paths (dots step into objects) tried in turn; the first that holds a time is the document's. Empty only where
  // plain.
  std::vector<std::string> time_fields = {"timestamp"};
  TimeUnit time_unit = TimeUnit::kAuto;
  MissingTime missing_time = MissingTime::kError;

  std::string id_field = "_id";  // A path; a document without it (or with null there) is given an id.
  std::string series_field;      // A path; empty: none.

  std::vector<std::string> indexes;      // Paths with an equality index.
  std::vector<std::string> text_fields;  // Paths with full text; "*" is every string field; empty: none.
  // Paths that are left out of it, with all that is below them.
  std::vector<std::string> text_exclude;
  // Words are stemmed, and stop words left out, as in this language: a name of Snowball's, such as "english", or its
  // code of two letters. "none": words are found as they are, but for case and diacritics.
  std::string text_language = "none";

  Codec codec = Codec::kZstdDictionary;
  int compression_level = 3;
  // Records of fewer bytes are stored as they are and compressed by block. 0: every record is compressed by itself.
  std::uint32_t compress_above = 0;

  // Months more than this ahead of the clock are refused.
  int months_ahead = 24;

  // `messages`, `transcripts`, `snapshots` or `events`. kNotFound for another name, listing these.
  static Result<CollectionSpec> Preset(std::string_view name);
  // The JSON form that `kalends spec` prints and takes:
  // {"plain","time":{"fields","unit","missing"},"id","series","indexes","text","text_exclude","text_language",
  // "compression":{"codec","level","above"},"months_ahead"}. Keys left out keep the values of `base`; an unknown key is
  // an error.
  static Result<CollectionSpec> FromJson(std::string_view json, const CollectionSpec& base);
  std::string ToJson() const;

  // kInvalidArgument when the parts contradict each other.
  Status Validate() const;

  friend bool operator==(const CollectionSpec&, const CollectionSpec&) = default;
};

// kInvalidArgument, with the rule, unless `name` is `[A-Za-z][A-Za-z0-9_-]{0,63}`, does not end in `_YYYY_MM`, and is
// neither `catalog` nor `default`.
Status ValidateCollectionName(std::string_view name);

}  // namespace kalends
