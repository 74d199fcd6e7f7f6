#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "kalends/status.h"

namespace kalends {

enum class Durability : std::uint8_t {
  kWal,   // Survives a killed process.
  kSync,  // Survives a power cut.
};

struct DatabaseOptions {
  bool create_if_missing = false;
  // Opens without lock and refuses writes. A directory that cannot be written is opened so by itself.
  bool read_only = false;
  // Accepts what a damaged log lost: cuts it at the first bad record; the commits lost are reported through `on_event`.
  bool cut_log = false;
  Durability durability = Durability::kWal;
  std::size_t cache_bytes = std::size_t{256} << 20U;  // Blocks read, and up to the half filters of ids.
  // Write buffers and tails; from 16 MiB on. A writer that is faster than sealing is held up to 4 ms a commit; when
  // that does not suffice, until a quarter of this holds the rows that wait.
  std::size_t memory_bytes = std::size_t{256} << 20U;
  int threads = 0;  // For background work and imports; 0: one a core.
  // Told, in a line for people, what is worth knowing: a log that was repaired, background work that failed. May be
  // called from any thread; must not call the database.
  std::function<void(const std::string&)> on_event;
};

// Stops calls that carry it, from another thread or a signal handler.
class CancelFlag {
 public:
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool IsCancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

// How long a call may take. `cancel` must outlive the call (and its cursor).
struct CallOptions {
  std::optional<std::chrono::steady_clock::time_point> deadline;
  const CancelFlag* cancel = nullptr;
};

struct WriteOptions {
  std::optional<Durability> durability;  // Of the database unless given.
};

}  // namespace kalends
