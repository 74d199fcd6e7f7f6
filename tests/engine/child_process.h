#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

// Tests that need another process, or the death of one: a test of the suite `Child`, which is disabled, is run alone by
// a new process of this very program.
namespace kalends {

inline constexpr int kChildDone = 42;

// Runs the test `Child.DISABLED_<name>` in a process of its own, with `argument` for it, and returns its exit status.
inline int RunChild(const std::string& name, const std::string& argument) {
  const std::string filter = "--gtest_filter=Child.DISABLED_" + name;
  const std::string variable = "KALENDS_CHILD_ARGUMENT=" + argument;
  std::vector<char*> environment = {const_cast<char*>(variable.c_str())};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string(*entry).starts_with("GTEST_")) environment.push_back(*entry);
  }
  environment.push_back(nullptr);
  char program[] = "/proc/self/exe";
  char disabled[] = "--gtest_also_run_disabled_tests";
  char brief[] = "--gtest_brief=1";
  char* arguments[] = {program, const_cast<char*>(filter.c_str()), disabled, brief, nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, program, nullptr, nullptr, arguments, environment.data()) != 0) return -1;
  int status = 0;
  if (waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
}

// What the parent gave; empty where a child's test was started by hand.
inline std::string ChildArgument() {
  const char* const argument = std::getenv("KALENDS_CHILD_ARGUMENT");
  return argument == nullptr ? "" : argument;
}

// Ends the process at once, as a kill does: nothing is closed, flushed or destroyed.
[[noreturn]] inline void DieAsKilled() { std::_Exit(kChildDone); }

}  // namespace kalends
