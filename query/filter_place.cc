#include "query/filter_place.h"

namespace kalends {
namespace {

constexpr std::size_t kTextBytesMax = 200;

}  // namespace

void FilterPlace::Append(std::string* text) const {
  if (parent_ != nullptr) parent_->Append(text);
  if (text->size() > kTextBytesMax) return;
  if (index_.has_value()) {
    text->append("[").append(std::to_string(*index_)).append("]");
  } else {
    if (!text->empty()) text->append(".");
    text->append(name_.substr(0, kTextBytesMax + 1));
  }
}

std::string FilterPlace::Text() const {
  std::string text;
  Append(&text);
  if (text.size() > kTextBytesMax) {
    std::size_t end = kTextBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // Not inside a character.
    text.resize(end);
    text.append("...");
  }
  return text.empty() ? "filter" : text;
}

}  // namespace kalends
