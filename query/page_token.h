#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kalends/status.h"
#include "query/merge.h"

namespace kalends {

// The last row of a page in the order of its query: a page token says where the next one begins.
struct PagePosition {
  RowPosition row;
  std::string sort_key;  // SortSpec::EncodeKey; empty where the order is that of time.
};

// `question` stands for all that must be the same for the next page: a checksum of collection, filter, sort and order.
std::string EncodePageToken(const PagePosition& position, std::uint32_t question);
// kInvalidArgument where the text is no token, was changed, or belongs to another question.
Result<PagePosition> DecodePageToken(std::string_view token, std::uint32_t question);

}  // namespace kalends
