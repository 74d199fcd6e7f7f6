#include "query/text_snippet.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "index/text_fields.h"
#include "index/token_reader.h"
#include "query/text_matcher.h"

namespace kalends {
namespace {

constexpr std::size_t kBytesBefore = 40;
constexpr std::size_t kBytesMax = 200;

bool IsInside(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// Backwards to the end of a word, where one is near.
std::size_t BeginAt(std::string_view text, std::size_t match) {
  std::size_t begin = match > kBytesBefore ? match - kBytesBefore : 0;
  while (begin > 0 && begin < match && IsInside(text, begin)) ++begin;
  const std::size_t space = begin == 0 ? std::string_view::npos : text.find(' ', begin);
  return space < match ? space + 1 : begin;
}

std::size_t EndAt(std::string_view text, std::size_t begin, std::size_t match_end) {
  std::size_t end = std::min(text.size(), std::max(begin + kBytesMax, match_end));
  while (end < text.size() && IsInside(text, end)) ++end;
  const std::size_t space = end == text.size() ? std::string_view::npos : text.rfind(' ', end);
  return space != std::string_view::npos && space >= match_end ? space : end;
}

Snippet Cut(std::string_view text, const std::vector<Snippet::Match>& matches) {
  std::size_t best = 0;
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; first < matches.size(); ++first) {
    while (last < matches.size() && matches[last].end <= matches[first].begin + kBytesMax - kBytesBefore) ++last;
    if (last - std::min(first, last) > most) {
      most = last - first;
      best = first;
    }
  }
  Snippet snippet;
  const std::size_t begin = BeginAt(text, matches[best].begin);
  const std::size_t end = EndAt(text, begin, matches[best].end);
  snippet.text = text.substr(begin, end - begin);
  snippet.is_cut_before = begin > 0;
  snippet.is_cut_behind = end < text.size();
  for (const Snippet::Match& match : matches) {
    if (match.begin >= begin && match.end <= end) snippet.matches.push_back({match.begin - begin, match.end - begin});
  }
  return snippet;
}

}  // namespace

std::optional<Snippet> SnippetOf(const std::shared_ptr<const TextQuery>& query, const Value& root) {
  TextMatcher matcher(query);
  std::string_view best;
  std::vector<Snippet::Match> best_matches;
  std::size_t best_words = 0;
  TextFields(query->options).ForEach(root, [&](std::string_view text) {
    std::vector<Snippet::Match> matches;
    const std::size_t words = matcher.FindIn(text, [&](std::size_t begin, std::size_t end) {
      matches.push_back({begin, end});
    });
    if (words < best_words || (words == best_words && matches.size() <= best_matches.size())) return;
    best = text;
    best_words = words;
    best_matches = std::move(matches);
  });
  if (best_matches.empty()) return std::nullopt;
  return Cut(best, best_matches);
}

}  // namespace kalends
