#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kalends/query.h"

namespace kalends {

// What to look for in the text of documents (the spec names it: text_fields). The same as `$text` in a filter, with
// which it can stand in any query (docs/query-language.md).
struct SearchQuery {
  // Words, of which one must be there; "phrases" that must all be there; -words and -"phrases" that must not;
  // beginnings of words, such as `wor*`. Case and diacritics do not matter.
  std::string text;
  bool all = false;  // Every word must be there.
  bool case_sensitive = false;
  bool diacritic_sensitive = false;
  std::string language;  // Of stems and stop words, as in the spec; empty: the spec's.
  // The best first, by BM25 among the documents of the time range; otherwise by time, as query.order says.
  bool by_score = false;
  // Filter, time range, projection, skip and limit beside it; by_score takes the place of its sort.
  Query query;

  // The same as a query for Find, FindPage, Count, Distinct, Explain, Update and DeleteMany.
  Query ToQuery() const;
};

// A part of a document's text around words that a search looked for.
struct Snippet {
  struct Match {
    std::size_t begin = 0;  // In bytes of `text`.
    std::size_t end = 0;
  };
  std::string text;  // UTF-8, some 200 bytes of one string of the document.
  std::vector<Match> matches;
  bool is_cut_before = false;  // The string goes on before it,
  bool is_cut_behind = false;  // behind it.
};

}  // namespace kalends
