#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

extern char** environ;

// Test programs that start themselves as a child: what may be killed or abort runs there, and the test goes on.
namespace kalends {

// A part that this program plays when it is started by StartChild with the same name: `run` instead of the tests. Made
// once, before main:
//   const auto* const kRole = testing::AddGlobalTestEnvironment(new ChildRole("name", Run));
class ChildRole final : public testing::Environment {
 public:
  using Run = std::function<int(const std::string& argument)>;
  ChildRole(std::string name, Run run) : name_(std::move(name)), run_(std::move(run)) {}

  void SetUp() override {
    const char* role = std::getenv("KALENDS_TEST_ROLE");
    if (role == nullptr || name_ != role) return;
    const char* argument = std::getenv("KALENDS_TEST_ARGUMENT");
    const int status = run_(argument == nullptr ? "" : argument);
    std::fflush(nullptr);
    _exit(status);
  }

 private:
  const std::string name_;
  const Run run_;
};

// Starts this program as a child, which is killed when its parent ends. The standard output of the child is lost.
inline pid_t StartChild(const std::string& role, const std::string& argument) {
  // All that allocates is done before the fork: other threads may hold the allocator's locks in the child.
  std::vector<std::string> variables = {"KALENDS_TEST_ROLE=" + role, "KALENDS_TEST_ARGUMENT=" + argument};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::strncmp(*variable, "KALENDS_TEST_", 13) != 0 && std::strncmp(*variable, "GTEST_", 6) != 0)
      variables.emplace_back(*variable);
  }
  std::vector<char*> environment;
  environment.reserve(variables.size() + 1);
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  char program[] = "/proc/self/exe";
  char* const arguments[] = {program, nullptr};
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(125);
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null >= 0) dup2(null, STDOUT_FILENO);
  execve(program, arguments, environment.data());
  _exit(127);
}

// How a child ended, in words; empty where it returned 0.
inline std::string WaitForChild(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) return "cannot wait for the child";
  if (WIFSIGNALED(status)) return std::string("killed by signal ") + strsignal(WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) return "exit status " + std::to_string(WEXITSTATUS(status));
  return "";
}

inline bool HasEnded(pid_t child) {
  siginfo_t ended{};
  return waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == child;
}

// A zeroed T in a file that parent and child both map; T must be fine as bytes of zero.
template <class T>
class SharedMemory {
 public:
  explicit SharedMemory(const std::string& path) : path_(path) {
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    void* memory = MAP_FAILED;
    if (file >= 0 && ftruncate(file, sizeof(T)) == 0)
      memory = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
      std::perror(path.c_str());
      std::abort();
    }
    close(file);
    value_ = static_cast<T*>(memory);
  }
  ~SharedMemory() { munmap(value_, sizeof(T)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  T* operator->() const { return value_; }
  T& operator*() const { return *value_; }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  T* value_;
};

// The seed of a run: KALENDS_SEED, or a new one. Say it, so that the run can be had again.
inline std::uint64_t TestSeed() {
  static const std::uint64_t seed = [] {
    const char* given = std::getenv("KALENDS_SEED");
    if (given != nullptr) return std::strtoull(given, nullptr, 10);
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<unsigned long long>(now.tv_nsec) ^ static_cast<unsigned long long>(now.tv_sec) << 20U;
  }();
  return seed;
}

inline bool IsLongRun() { return std::getenv("KALENDS_LONG") != nullptr; }

// A folder that is kept when the test fails, for a look at what is in it.
class EvidenceDirectory {
 public:
  EvidenceDirectory() {
    const char* base = std::getenv("TMPDIR");
    path_ = std::string(base != nullptr ? base : "/tmp") + "/kalends_fault_XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~EvidenceDirectory() {
    if (testing::Test::HasFailure()) {
      std::fprintf(stderr, "kept for a look: %s\n", path_.c_str());
      return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  EvidenceDirectory(const EvidenceDirectory&) = delete;
  EvidenceDirectory& operator=(const EvidenceDirectory&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace kalends
