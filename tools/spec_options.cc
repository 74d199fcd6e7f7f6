#include "tools/spec_options.h"

#include <CLI/CLI.hpp>

#include "tools/arguments.h"

namespace kalends {

void AddSpecOptions(CLI::App& app, SpecOptions* options) {
  constexpr const char* kGroup = "What a new collection is";
  app.add_option("--preset", options->preset, "messages, transcripts, snapshots or events")
      ->type_name("NAME")
      ->group(kGroup);
  app.add_flag("--plain", options->plain, "one partition without months; the time field is optional then")
      ->group(kGroup);
  app.add_option("--spec", options->file, "a file with a spec as `kalends spec` prints it, or - ")
      ->type_name("FILE")
      ->group(kGroup);
  app.add_option("--time-field", options->time_fields, "where documents keep their time; given again: tried in turn")
      ->allow_extra_args(false)
      ->type_name("PATH")
      ->group(kGroup);
  app.add_option("--time-unit", options->time_unit, "of numbers in the time field: auto, s, ms, us")
      ->type_name("UNIT")
      ->check(CLI::IsMember({"auto", "s", "ms", "us"}))
      ->group(kGroup);
  app.add_option("--id-field", options->id_field, "where documents keep their id")->type_name("PATH")->group(kGroup);
  app.add_option("--series-field", options->series_field, "where documents keep the name of their series")
      ->type_name("PATH")
      ->group(kGroup);
}

bool SpecOptions::IsAnyGiven() const {
  return !preset.empty() || plain || !file.empty() || !time_fields.empty() || !time_unit.empty() || !id_field.empty() ||
         !series_field.empty();
}

Result<CollectionSpec> SpecOptions::Build() const {
  CollectionSpec spec;
  if (!preset.empty()) {
    auto named = CollectionSpec::Preset(preset);
    if (!named) return named;
    spec = std::move(*named);
  }
  if (plain) {
    spec.plain = true;
    if (preset.empty()) spec.time_fields.clear();
  }
  if (!file.empty()) {
    auto json = ReadWholeFile(file);
    if (!json) return json.error();
    auto changed = CollectionSpec::FromJson(*json, spec);
    if (!changed) return Error(changed.error().code(), file + ": " + changed.error().message());
    spec = std::move(*changed);
  }
  if (!time_fields.empty()) spec.time_fields = time_fields;
  if (time_unit == "auto") spec.time_unit = TimeUnit::kAuto;
  if (time_unit == "s") spec.time_unit = TimeUnit::kSeconds;
  if (time_unit == "ms") spec.time_unit = TimeUnit::kMilliseconds;
  if (time_unit == "us") spec.time_unit = TimeUnit::kMicroseconds;
  if (!id_field.empty()) spec.id_field = id_field;
  if (!series_field.empty()) spec.series_field = series_field;
  if (Status valid = spec.Validate(); !valid.ok()) return valid.error();
  return spec;
}

}  // namespace kalends
