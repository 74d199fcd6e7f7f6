#pragma once

#include <string>
#include <string_view>

namespace kalends {

// The pattern of PCRE in the syntax of RE2, where both can say it but say it otherwise:
//   $ and \Z    also meet the end before a last line end, unless `multiline`
//   \s, \S      also know the vertical tab
//   (?<name>)   is (?P<name>) in RE2
//   blanks and #-comments go away where `extended` (option x)
// What RE2 does not have stays as it is, for RE2 to refuse.
std::string ToRe2Syntax(std::string_view pattern, bool multiline, bool extended);

}  // namespace kalends
