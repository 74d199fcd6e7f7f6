#include "suites/check_pages.h"

#include <algorithm>

#include "format/errors.h"

namespace kalends::suites {
namespace {

Error Disagrees(std::string_view what, std::size_t got, std::size_t expected) {
  return MakeError(ErrorCode::kCorruption, what, " ", got, " where Find gives ", expected);
}

// A value that differs from one moment to the next cannot be compared.
bool IsOfTheMoment(const Query& query) {
  const std::string text = query.filter.ToJson() + query.projection.ToJson();
  return text.find("$$NOW") != std::string::npos || text.find("$rand") != std::string::npos;
}

}  // namespace

Status CheckPages(const Query& query, const std::vector<Document>& found, const Collection& collection) {
  KALENDS_TRY(const std::uint64_t count, collection.Count(query));
  if (count != found.size()) return Disagrees("Count gives", count, found.size());
  if (IsOfTheMoment(query)) return {};

  Query paged = query;
  paged.limit = std::max<std::uint64_t>(2, found.size() / 4);
  std::size_t walked = 0;
  do {
    KALENDS_TRY(const Page page, collection.FindPage(paged));
    if (page.total != found.size()) return Disagrees("the total of a page is", page.total, found.size());
    for (const Document& document : page.documents) {
      if (walked == found.size()) return Disagrees("pages have more documents than", walked, found.size());
      if (!Identical(document.value(), found[walked].value())) {
        return MakeError(ErrorCode::kCorruption, "a page has ", document.ToJson(), " at ", walked, " where Find gives ",
                         found[walked].ToJson());
      }
      ++walked;
    }
    if (page.documents.empty() && !page.next.empty()) return Disagrees("an empty page goes on after", walked, walked);
    paged.after = page.next;
  } while (!paged.after.empty());
  if (walked != found.size()) return Disagrees("pages end after", walked, found.size());
  return {};
}

}  // namespace kalends::suites
