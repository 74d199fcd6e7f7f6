#include "kalends/search.h"

#include "kalends/document.h"

namespace kalends {

Query SearchQuery::ToQuery() const {
  DocumentBuilder asked;
  asked.Add("$search", text);
  if (all) asked.Add("$all", true);
  if (case_sensitive) asked.Add("$caseSensitive", true);
  if (diacritic_sensitive) asked.Add("$diacriticSensitive", true);
  if (!language.empty()) asked.Add("$language", language);
  const Document text_part = asked.Build();

  Query whole = query;
  DocumentBuilder filter;
  if (query.filter.value().fields().empty()) {
    filter.Add("$text", text_part.value());
  } else {
    filter.BeginArray("$and").BeginObject().Add("$text", text_part.value()).End().Add(query.filter.value()).End();
  }
  whole.filter = filter.Build();
  if (by_score) {
    whole.sort = DocumentBuilder().BeginObject("score").Add("$meta", "textScore").End().Build();
  }
  return whole;
}

}  // namespace kalends
