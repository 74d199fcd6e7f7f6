#pragma once

#include "kalends/document.h"
#include "suites/place.h"
#include "suites/request.h"

namespace kalends::suites {

// Asks the library, and gives its answer the shape of MongoDB's reply (without `ok`) and without the times that the
// place has added. Errors are the library's.
Result<Document> Execute(const Request& request, Place& place);

}  // namespace kalends::suites
