#pragma once

// What the benchmark programs share: clocks, medians, and a way to end on an error.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "kalends/status.h"

namespace kalends::bench {

[[noreturn]] inline void Fail(const std::string& message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  std::exit(1);
}

inline void Must(const Status& status) {
  if (!status.ok()) Fail(status.error().message());
}

template <class T>
T Must(Result<T> result) {
  if (!result.has_value()) Fail(result.error().message());
  return std::move(*result);
}

class Stopwatch {
 public:
  double Seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }
  double Micros() const { return Seconds() * 1e6; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Of this process, all threads, user and system.
inline double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// `share` of the values are at most the result; 0.5 is the median. 0 for none.
inline double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}
inline double Median(const std::vector<double>& values) { return Quantile(values, 0.5); }

// How long each of `count` operations takes; fewer, but at least 3, when all of them take more than `seconds_max`.
template <class Operation>
std::vector<double> MicrosOfEach(std::size_t count, double seconds_max, const Operation& operation) {
  std::vector<double> micros;
  const Stopwatch all;
  for (std::size_t n = 0; n < count && (n < 3 || all.Seconds() < seconds_max); ++n) {
    const Stopwatch watch;
    operation(n);
    micros.push_back(watch.Micros());
  }
  return micros;
}

inline double ResidentMegabytes() {
  std::ifstream status("/proc/self/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  status >> pages >> resident;
  return static_cast<double>(resident) * 4096 / 1e6;
}

// A line of /proc/self/status that is given in kB, such as "VmHWM:", the most that was ever resident.
inline double ProcessMegabytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word && word != name) {
  }
  double kilobytes = 0;
  status >> kilobytes;
  return kilobytes * 1024 / 1e6;
}

// What the process read from the disk itself so far: not what was in the system's memory.
inline std::uint64_t BytesReadFromDisk() {
  std::ifstream io("/proc/self/io");
  std::string word;
  while (io >> word && word != "read_bytes:") {
  }
  std::uint64_t bytes = 0;
  io >> bytes;
  return bytes;
}

inline std::uint64_t DiskBytes(const std::string& directory) {
  std::uint64_t bytes = 0;
  std::error_code gone;  // Files go while they are counted.
  for (std::filesystem::recursive_directory_iterator file(directory, gone), end; file != end; file.increment(gone)) {
    if (!file->is_regular_file(gone)) continue;
    const std::uint64_t size = file->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

// An empty folder in its place.
inline void MakeEmpty(const std::string& directory) {
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
}

}  // namespace kalends::bench
