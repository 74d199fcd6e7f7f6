#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "format/arena.h"
#include "format/ids.h"
#include "kalends/status.h"
#include "kalends/value.h"

namespace kalends {

// Encodes any value so that bytes compare (memcmp) as Compare does: a version-free prefix code, self-delimiting, so
// that encodings can be concatenated. Values that Compare calls equal have the same bytes (1, 1.0 and NumberLong 1).
// The layout is at the head of the .cc and in golden tests.
void EncodeKey(const Value& value, std::string* out);
// Reads one encoded value from the front of `bytes`, and moves past it. Numbers come back as the narrowest of int,
// long, double.
Result<Value> DecodeKey(std::string_view* bytes, Arena& arena);

// The hash by which ids are found.
IdHash HashId(const Value& id, std::uint64_t seed);

// XXH3-128 of a canonical form of `document` (fields sorted by name at every depth, types kept): equal for Identical
// documents.
IdHash HashDocument(const Value& document, std::uint64_t seed);

}  // namespace kalends
