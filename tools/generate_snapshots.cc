#include <algorithm>
#include <vector>

#include "tools/generate_output.h"
#include "tools/generate_random.h"

// Snapshots of monitors: every interval each monitor reports metrics that wander, and sometimes a payload.
namespace kalends {
namespace {

// A number that wanders between bounds.
struct Walk {
  std::int64_t value;
  std::int64_t least;
  std::int64_t most;
  std::int64_t step;

  std::uint64_t Next(Random& random) {
    const auto end = static_cast<std::uint32_t>(2 * step + 1);
    value = std::clamp<std::int64_t>(value + random.Below(end) - step, least, most);
    return static_cast<std::uint64_t>(value);
  }
};

struct Monitor {
  Walk cpu;       // Hundredths of a percent.
  Walk memory;    // Tenths of a megabyte.
  Walk latency;   // Thousandths of a millisecond.
  Walk requests;  // Whole.
};

}  // namespace

bool GenerateSnapshots(const GenerateOptions& options, LineWriter* out) {
  Random random(options.seed);
  TimeWriter time;
  std::vector<Monitor> monitors;
  for (std::uint32_t i = 0; i < options.monitors; ++i) {
    monitors.push_back({{random.Between(500, 6000), 0, 10000, 250},
                        {random.Between(2000, 80000), 1000, 160000, 400},
                        {random.Between(800, 90000), 200, 2000000, 1500},
                        {random.Between(10, 4000), 0, 20000, 60}});
  }
  for (std::uint64_t i = 0; i < options.count && !monitors.empty(); ++i) {
    const auto number = static_cast<std::uint32_t>(i % monitors.size());
    const auto tick = static_cast<std::int64_t>(i / monitors.size());
    Monitor& monitor = monitors[number];
    std::string& line = out->buffer();
    line += R"({"monitor_id":"monitor-)";
    AppendInteger(number, &line);
    line += R"(","timestamp":")";
    time.Append(options.begin_ms + tick * options.interval_s * 1000, &line);
    line += R"(","metrics":{"cpu":)";
    AppendDecimal(monitor.cpu.Next(random), 2, &line);
    line += R"(,"memory_mb":)";
    AppendDecimal(monitor.memory.Next(random), 1, &line);
    line += R"(,"latency_ms":)";
    AppendDecimal(monitor.latency.Next(random), 3, &line);
    line += R"(,"requests":)";
    AppendInteger(monitor.requests.Next(random), &line);
    line += '}';
    if (random.Chance(100)) {
      line += R"(,"payload":{"status":")";
      line += random.Chance(900) ? "ok" : "degraded";
      line += R"(","host":"host-)";
      AppendInteger(number % 16, &line);
      line += R"(","restarts":)";
      AppendInteger(random.Below(4), &line);
      line += '}';
    }
    line += '}';
    if (!out->EndLine()) return false;
  }
  return out->Flush();
}

bool GenerateSmall(const GenerateOptions& options, LineWriter* out) {
  Random random(options.seed);
  const std::int64_t span = options.end_ms - options.begin_ms;
  const auto count = static_cast<std::int64_t>(options.count);
  for (std::int64_t i = 0; i < count; ++i) {
    std::string& line = out->buffer();
    line += R"({"_id":)";
    AppendInteger(static_cast<std::uint64_t>(i), &line);
    line += R"(,"ts":)";
    AppendInteger(static_cast<std::uint64_t>(options.begin_ms + span / count * i + span % count * i / count), &line);
    line += R"(,"v":)";
    AppendInteger(random.Below(1000), &line);
    line += '}';
    if (!out->EndLine()) return false;
  }
  return out->Flush();
}

}  // namespace kalends
