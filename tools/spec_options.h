#pragma once

#include <string>
#include <vector>

#include "kalends/spec.h"

namespace CLI {
class App;
}

namespace kalends {

// The options that say what a new collection is: those of `create` and of an `import` into a collection that does not
// exist.
struct SpecOptions {
  std::string preset;
  bool plain = false;
  std::string file;  // With the JSON of a spec.
  std::vector<std::string> time_fields;
  std::string time_unit;
  std::string id_field;
  std::string series_field;

  bool IsAnyGiven() const;
  // The preset (or the defaults), changed by the file, changed by the options.
  Result<CollectionSpec> Build() const;
};

void AddSpecOptions(CLI::App& app, SpecOptions* options);

}  // namespace kalends
