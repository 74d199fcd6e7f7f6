// The named specs: what common kinds of documents need, so that nobody has to write a spec first.
#include <array>

#include "format/errors.h"
#include "kalends/spec.h"

namespace kalends {
namespace {

// Chat messages.
CollectionSpec Messages() {
  CollectionSpec spec;
  spec.time_fields = {"timestamp"};
  spec.missing_time = MissingTime::kArrival;
  spec.id_field = "uuid";
  spec.indexes = {"sessionId", "user_id", "type", "parentUuid", "model", "costUsd", "gitBranch"};
  spec.text_fields = {"*"};
  return spec;
}

// The logs of agents as they are written: lines of several kinds in one file.
CollectionSpec Transcripts() {
  CollectionSpec spec;
  spec.time_fields = {"timestamp", "snapshot.timestamp"};
  spec.missing_time = MissingTime::kArrival;
  spec.id_field = "uuid";
  spec.indexes = {"sessionId", "type", "parentUuid", "message.model", "gitBranch"};
  spec.text_fields = {"*"};
  return spec;
}

// Measurements of monitors: small, many, alike; hence compressed by block and not one by one.
CollectionSpec Snapshots() {
  CollectionSpec spec;
  spec.time_fields = {"timestamp"};
  spec.id_field = "_id";
  spec.series_field = "monitor_id";
  spec.compress_above = 1024;
  return spec;
}

// Events of any kind: the time is where most put it.
CollectionSpec Events() {
  CollectionSpec spec;
  spec.time_fields = {"timestamp", "time", "ts", "@timestamp", "created_at", "date"};
  spec.id_field = "_id";
  return spec;
}

struct NamedPreset {
  std::string_view name;
  CollectionSpec (*make)();
};
constexpr std::array<NamedPreset, 4> kPresets = {
    {{"messages", Messages}, {"transcripts", Transcripts}, {"snapshots", Snapshots}, {"events", Events}}};

}  // namespace

Result<CollectionSpec> CollectionSpec::Preset(std::string_view name) {
  for (const NamedPreset& preset : kPresets) {
    if (preset.name == name) return preset.make();
  }
  return NotFound("no preset '", name, "'; there are messages, transcripts, snapshots and events");
}

}  // namespace kalends
